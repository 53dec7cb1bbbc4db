/** Errors of the JSON interfaces: problem details (RFC 9457). */
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
    ...((error.hint ?? definition?.hint) === undefined ? {} : { hint: error.hint ?? definition!.hint }),
  };
}
