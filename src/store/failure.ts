/** What PostgreSQL's driver throws, told apart: a connection that is gone, or a statement that was refused. */
import { codedError } from '../base/errors.ts';
import type { CodedError } from '../base/result.ts';
import { storeErrors } from './errors.ts';

/** SQLSTATE classes: no code at all comes from the socket; 08 connection, 57P server stopping. */
export function isConnectionLoss(cause: unknown): boolean {
  const code = (cause as { code?: string }).code;
  return code === undefined || !/^[0-9A-Z]{5}$/.test(code) || code.startsWith('08') || code.startsWith('57P');
}

/** What the driver threw, as an error of this layer. */
export function failure(cause: unknown): CodedError {
  const code = isConnectionLoss(cause) ? 'store.unavailable' : 'store.failed';
  return codedError(storeErrors, code, { data: { cause: (cause as Error).message, sqlState: (cause as { code?: string }).code ?? null } });
}
