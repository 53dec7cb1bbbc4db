/** Page cursors: where the last page ended, bound to its query and authenticated, so that nothing else can be asked with one. */
import { createHmac } from 'node:crypto';
import { equalBytes, fromBase64Url, toBase64Url } from '../base/bytes.ts';
import { codedError } from '../base/errors.ts';
import { CodedException } from '../base/result.ts';
import { recordsErrors } from './errors.ts';

const TAG_BYTES = 12;
const MAX_CURSOR_LENGTH = 512;

export type Position = readonly (number | null)[];

const tag = (key: Uint8Array, query: unknown, position: string): Uint8Array =>
  createHmac('sha256', key)
    .update(`${JSON.stringify(query)}\u0000${position}`)
    .digest()
    .subarray(0, TAG_BYTES);

export function encodeCursor(key: Uint8Array, query: unknown, position: Position): string {
  const text = JSON.stringify(position);
  return toBase64Url(Buffer.concat([tag(key, query, text), Buffer.from(text)]));
}

/** Throws `records.bad-cursor`. */
export function decodeCursor(key: Uint8Array, query: unknown, cursor: string): Position {
  try {
    if (cursor.length > MAX_CURSOR_LENGTH) throw new RangeError('too long');
    const bytes = Buffer.from(fromBase64Url(cursor));
    const text = bytes.toString('utf8', TAG_BYTES);
    if (!equalBytes(tag(key, query, text), bytes.subarray(0, TAG_BYTES))) throw new RangeError('another query');
    return JSON.parse(text) as Position;
  } catch (cause) {
    throw new CodedException(codedError(recordsErrors, 'records.bad-cursor'), { cause });
  }
}
