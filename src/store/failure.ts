/** What PostgreSQL's driver throws, told apart: a connection that is gone, or a statement that was refused. */
import pg from 'pg';
import { codedError } from '../base/errors.ts';
import type { CodedError } from '../base/result.ts';
import { storeErrors } from './errors.ts';

/** What the server did not say comes from the socket, whatever its code looks like (`EPIPE` could be a SQLSTATE). Classes 08 connection, 57P server stopping. */
export const isConnectionLoss = (cause: unknown): boolean => !(cause instanceof pg.DatabaseError) || /^(08|57P)/.test(cause.code ?? '');

/** What the driver threw, as an error of this layer. */
export function failure(cause: unknown): CodedError {
  const code = isConnectionLoss(cause) ? 'store.unavailable' : 'store.failed';
  return codedError(storeErrors, code, { data: { cause: (cause as Error).message, sqlState: (cause as { code?: string }).code ?? null } });
}
