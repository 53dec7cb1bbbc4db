/**
 * What is signed and how it is checked.
 *
 *   log      Ed25519 over the note's text
 *   witness  uint64 time (seconds since 1970) ‖ Ed25519 over "cosignature/v1\ntime <time>\n" ‖ text       (C2SP tlog-cosignature)
 *
 * A witness says by it: at that time this was the largest tree of this log that I have seen, and it extends all earlier ones.
 */
import { ed25519Sign, ed25519Verify } from '#ed25519';
import { concat, equalBytes, uint64, utf8 } from '../../base/bytes.ts';
import type { NoteKey } from './note-key.ts';
import type { NoteSignature } from './note.ts';

const TIME_BYTES = 8;

const cosignatureInput = (text: string, time: number): Uint8Array => utf8(`cosignature/v1\ntime ${time}\n${text}`);

export const signText = (text: string, { name, id }: NoteKey, seed: Uint8Array): NoteSignature => ({
  name,
  keyId: id,
  signature: ed25519Sign(seed, utf8(text)),
});

/** `time`: seconds since 1970. */
export const cosignText = (text: string, { name, id }: NoteKey, seed: Uint8Array, time: number): NoteSignature => ({
  name,
  keyId: id,
  signature: concat(uint64(time), ed25519Sign(seed, cosignatureInput(text, time))),
});

/** Whether the line names this key; only then is it to be verified with it. */
export const isSignatureOf = ({ name, keyId }: NoteSignature, key: NoteKey): boolean => name === key.name && equalBytes(keyId, key.id);

/** The time that the signature states (a witness's; 0 for a log's, which states none); undefined: it does not hold. Never throws. */
export function verifiedTime(text: string, { signature }: NoteSignature, { use, publicKey }: NoteKey): number | undefined {
  if (use === 'log') return ed25519Verify(publicKey, utf8(text), signature) ? 0 : undefined;
  const time = statedTime({ signature });
  if (time === undefined) return undefined;
  return ed25519Verify(publicKey, cosignatureInput(text, time), signature.slice(TIME_BYTES)) ? time : undefined;
}

/** What a cosignature says about its time, checked or not; undefined unless it has the form of one. */
export function statedTime({ signature }: Pick<NoteSignature, 'signature'>): number | undefined {
  if (signature.length !== TIME_BYTES + 64) return undefined;
  const time = new DataView(signature.buffer, signature.byteOffset, TIME_BYTES).getBigUint64(0);
  return time > BigInt(Number.MAX_SAFE_INTEGER) ? undefined : Number(time);
}
