/**
 * The body of `add-checkpoint` (C2SP tlog-witness): what a log sends to a witness.
 *
 *   old <size of the checkpoint that the witness has>
 *   base64(hash)                                  consistency path, a line each, at most 63
 *
 *   <checkpoint>                                  the signed note
 */
import { toBase64 } from '../../base/base64.ts';
import { concat, utf8 } from '../../base/bytes.ts';
import { codedError } from '../../base/errors.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import { ledgerErrors } from '../errors.ts';
import { parseCheckpoint, decimal, hashOf, type Checkpoint } from './checkpoint.ts';
import { MAX_NOTE_BYTES, parseNote, textOf, type Note } from './note.ts';

export interface AddCheckpoint {
  readonly oldSize: number;
  readonly path: readonly Uint8Array[];
  /** The bytes of the note as they were sent. */
  readonly noteBytes: Uint8Array;
  readonly note: Note;
  readonly checkpoint: Checkpoint;
}

const MAX_PATH_LINES = 63;
/** Size line, 63 hashes of 44 characters with their newlines, the blank line, the note. */
export const MAX_REQUEST_BYTES = 32 + MAX_PATH_LINES * 45 + MAX_NOTE_BYTES;

export const encodeAddCheckpoint = (oldSize: number, path: readonly Uint8Array[], noteBytes: Uint8Array): Uint8Array =>
  concat(utf8(`old ${oldSize}\n${path.map((hash) => `${toBase64(hash)}\n`).join('')}\n`), noteBytes);

/** `ledger.malformed`. */
export function parseAddCheckpoint(bytes: Uint8Array): Result<AddCheckpoint> {
  if (bytes.length > MAX_REQUEST_BYTES) return malformed(`it has more than ${MAX_REQUEST_BYTES} bytes`);
  const text = textOf(bytes);
  if (text === undefined) return malformed('it is not UTF-8 text without control characters');
  const end = text.indexOf('\n\n');
  if (end < 0) return malformed('no blank line comes before the checkpoint');
  const [first, ...lines] = text.slice(0, end).split('\n');
  const oldSize = first?.startsWith('old ') === true ? decimal(first.slice(4)) : undefined;
  if (oldSize === undefined) return malformed('the first line is not "old" and a size');
  if (lines.length > MAX_PATH_LINES) return malformed(`the consistency path has more than ${MAX_PATH_LINES} lines`);
  const path = lines.map((line) => hashOf(line));
  if (path.includes(undefined)) return malformed('a line of the consistency path is not base64 of 32 bytes');
  const noteBytes = utf8(text.slice(end + 2));
  const note = parseNote(noteBytes);
  if (!note.ok) return note;
  const checkpoint = parseCheckpoint(note.value.text);
  if (!checkpoint.ok) return checkpoint;
  return ok({ oldSize, path: path as Uint8Array[], noteBytes, note: note.value, checkpoint: checkpoint.value });
}

const malformed = (why: string) => fail(codedError(ledgerErrors, 'ledger.malformed', { message: `Not an add-checkpoint request: ${why}.` }));
