import { hash } from 'node:crypto';
import { concat } from './bytes.ts';

/** SHA-256 (FIPS 180-4) of the concatenation of the parts; 32 bytes. */
export function sha256(...parts: readonly Uint8Array[]): Uint8Array {
  // As text, a character a byte: a `Buffer` for each digest costs more than the hashing of a short input.
  const text = hash('sha256', parts.length === 1 ? parts[0]! : concat(...parts), 'binary');
  const digest = new Uint8Array(32);
  for (let i = 0; i < 32; i++) digest[i] = text.charCodeAt(i);
  return digest;
}
