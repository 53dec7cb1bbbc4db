import { hash } from 'node:crypto';
import { concat } from './bytes.ts';

/** SHA-256 (FIPS 180-4) of the concatenation of the parts; 32 bytes. */
export function sha256(...parts: readonly Uint8Array[]): Uint8Array {
  const digest = new Uint8Array(32);
  sha256Into(digest, 0, parts.length === 1 ? parts[0]! : concat(...parts));
  return digest;
}

/** The same, written to `target` from `at` on. */
export function sha256Into(target: Uint8Array, at: number, bytes: Uint8Array): void {
  // As text, a character a byte: a `Buffer` for each digest costs more than the hashing of a short input.
  const text = hash('sha256', bytes, 'binary');
  for (let i = 0; i < 32; i++) target[at + i] = text.charCodeAt(i);
}
