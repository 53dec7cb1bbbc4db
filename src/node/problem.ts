import type { FastifyReply } from 'fastify';
import type { CodedError } from '../base/result.ts';
import { problemOf } from '../gateway/problem.ts';

/** Answers with problem details (RFC 9457). */
export async function sendProblem(reply: FastifyReply, error: CodedError): Promise<void> {
  const problem = problemOf(error);
  await reply.code(problem.status).type('application/problem+json').send(JSON.stringify(problem));
}
