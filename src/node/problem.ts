/** Errors at every interface but FHIR's: problem details (RFC 9457). */
import type { FastifyReply } from 'fastify';
import { errorDefinition } from '../base/errors.ts';
import type { CodedError } from '../base/result.ts';
import type { Problem } from '../contract/network.ts';

export function problemOf(error: CodedError): Problem {
  const definition = errorDefinition(error.code);
  return {
    type: `urn:careledger:error:${error.code}`,
    status: definition?.status ?? 500,
    title: definition?.message ?? error.message,
    code: error.code,
    detail: error.message,
    ...(error.hint === undefined ? {} : { hint: error.hint }),
  };
}

export async function sendProblem(reply: FastifyReply, error: CodedError): Promise<void> {
  const problem = problemOf(error);
  await reply.code(problem.status).type('application/problem+json').send(JSON.stringify(problem));
}
