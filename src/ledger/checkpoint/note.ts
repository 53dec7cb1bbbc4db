/**
 * Signed notes (C2SP signed-note): a text that ends in a newline, a blank line, and signature lines
 *
 *   — <key name> base64(32-bit key id ‖ signature)
 *
 * The text may hold blank lines itself: the last one separates. Parsing is strict and says nothing about whether a signature holds.
 */
import { fromBase64, toBase64 } from '../../base/base64.ts';
import { concat, fromUtf8, utf8 } from '../../base/bytes.ts';
import { codedError } from '../../base/errors.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import { ledgerErrors } from '../errors.ts';

export interface NoteSignature {
  /** Names the key together with the id; says by itself nothing about who holds it. */
  readonly name: string;
  /** 4 bytes. */
  readonly keyId: Uint8Array;
  readonly signature: Uint8Array;
}

export interface Note {
  /** What is signed, the final newline included. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

/** The specification asks for 16 signatures at least. */
export const MAX_SIGNATURES = 64;
export const MAX_NOTE_BYTES = 64 << 10;
const MAX_NAME_LENGTH = 256;
/** Above a post-quantum signature of today. */
const MAX_SIGNATURE_BYTES = 8192;
const PREFIX = '\u2014 ';

/** A key name is not empty and has neither spaces (Unicode's) nor a plus sign. */
export const isKeyName = (name: string): boolean =>
  name.length > 0 && name.length <= MAX_NAME_LENGTH && name.isWellFormed() && !/[\s\u0085+]/u.test(name);

/** One signature line without its newline. */
export const signatureLine = ({ name, keyId, signature }: NoteSignature): string => `${PREFIX}${name} ${toBase64(concat(keyId, signature))}`;

export const encodeNote = ({ text, signatures }: Note): Uint8Array => utf8(`${text}\n${signatures.map((one) => `${signatureLine(one)}\n`).join('')}`);

/** `ledger.malformed` on anything that is not a signed note within the limits. */
export function parseNote(bytes: Uint8Array): Result<Note> {
  if (bytes.length > MAX_NOTE_BYTES) return malformed(`it has ${bytes.length} bytes, more than ${MAX_NOTE_BYTES}`);
  const whole = textOf(bytes);
  if (whole === undefined) return malformed('it is not UTF-8 text without control characters');
  const at = whole.lastIndexOf('\n\n');
  if (at < 0) return malformed('no blank line separates text and signatures');
  const signatures = parseSignatureLines(whole.slice(at + 2));
  if (!signatures.ok) return signatures;
  return signatures.value.length === 0 ? malformed('it has no signature') : ok({ text: whole.slice(0, at + 1), signatures: signatures.value });
}

/** Lines as a note ends with, and as a witness answers: each one complete. `ledger.malformed`. */
export function parseSignatureLines(text: string): Result<readonly NoteSignature[]> {
  if (text === '') return ok([]);
  if (!text.endsWith('\n')) return malformed('the last line does not end');
  const lines = text.slice(0, -1).split('\n');
  if (lines.length > MAX_SIGNATURES) return malformed(`it has more than ${MAX_SIGNATURES} signatures`);
  const signatures: NoteSignature[] = [];
  for (const line of lines) {
    const signature = parseLine(line);
    if (!signature) return malformed('a signature line is not "— name base64"');
    signatures.push(signature);
  }
  return ok(signatures);
}

function parseLine(line: string): NoteSignature | undefined {
  if (!line.startsWith(PREFIX)) return undefined;
  const [name, encoded, ...more] = line.slice(PREFIX.length).split(' ');
  if (name === undefined || encoded === undefined || more.length > 0 || !isKeyName(name)) return undefined;
  const bytes = fromBase64(encoded);
  if (!bytes || bytes.length < 5 || bytes.length > MAX_SIGNATURE_BYTES) return undefined;
  return { name, keyId: bytes.slice(0, 4), signature: bytes.slice(4) };
}

/** Text as notes have it: UTF-8, of the control characters below U+0020 the newline only. */
export function textOf(bytes: Uint8Array): string | undefined {
  let text: string;
  try {
    text = fromUtf8(bytes);
  } catch {
    return undefined;
  }
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 0x20 && code !== 0x0a) return undefined;
  }
  return text;
}

const malformed = (why: string) => fail(codedError(ledgerErrors, 'ledger.malformed', { message: `Not a signed note: ${why}.` }));
