/** Keys of signed notes: a name, what the key signs, the key; and their text form, the "verifier key" (C2SP signed-note). */
import { sha256 } from '#sha256';
import { fromBase64, toBase64 } from '../../base/base64.ts';
import { concat, equalBytes, toHex, utf8 } from '../../base/bytes.ts';
import { codedError } from '../../base/errors.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import { ledgerErrors } from '../errors.ts';
import { isKeyName } from './note.ts';

/** `log`: Ed25519 over the note's text (type 0x01). `witness`: a timestamped Ed25519 cosignature (type 0x04, C2SP tlog-cosignature). */
export type NoteKeyUse = 'log' | 'witness';

export interface NoteKey {
  readonly name: string;
  readonly use: NoteKeyUse;
  /** 32 bytes. */
  readonly publicKey: Uint8Array;
  /** First 4 bytes of SHA-256(name ‖ newline ‖ type ‖ key). */
  readonly id: Uint8Array;
}

const TYPES = { log: 0x01, witness: 0x04 } as const satisfies Record<NoteKeyUse, number>;
const MAX_TEXT_LENGTH = 512;

/** Throws a `RangeError` on a name that a note cannot carry or a key that is not 32 bytes. */
export function noteKey(use: NoteKeyUse, name: string, publicKey: Uint8Array): NoteKey {
  if (!isKeyName(name)) throw new RangeError(`not a key name: "${name}"`);
  if (publicKey.length !== 32) throw new RangeError('an Ed25519 public key has 32 bytes');
  return { name, use, publicKey, id: sha256(concat(utf8(`${name}\n`), Uint8Array.of(TYPES[use]), publicKey)).slice(0, 4) };
}

export const sameKey = (a: NoteKey, b: NoteKey): boolean => a.name === b.name && a.use === b.use && equalBytes(a.publicKey, b.publicKey);

/** `<name>+<key id in hexadecimal>+<base64(type ‖ key)>` */
export const verifierKey = ({ name, use, publicKey, id }: NoteKey): string =>
  `${name}+${toHex(id)}+${toBase64(concat(Uint8Array.of(TYPES[use]), publicKey))}`;

/** `ledger.malformed` on anything but the text of a key of the two uses with its right id. */
export function parseVerifierKey(text: string): Result<NoteKey> {
  if (text.length > MAX_TEXT_LENGTH) return malformed('it is too long');
  const parts = /^([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/.exec(text);
  if (!parts || !isKeyName(parts[1]!)) return malformed('it is not "name+id+key"');
  const encoded = fromBase64(parts[3]!);
  if (encoded?.length !== 33) return malformed('the key is not base64 of a type byte and 32 bytes');
  const use = (Object.keys(TYPES) as NoteKeyUse[]).find((one) => TYPES[one] === encoded[0]);
  if (!use) return malformed(`signature type ${encoded[0]} is not Ed25519 (1) or a timestamped Ed25519 cosignature (4)`);
  const key = noteKey(use, parts[1]!, encoded.slice(1));
  return toHex(key.id) === parts[2] ? ok(key) : malformed('the key id is not that of name and key');
}

const malformed = (why: string) => fail(codedError(ledgerErrors, 'ledger.malformed', { message: `Not a verifier key: ${why}.` }));
