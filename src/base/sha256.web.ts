import { sha256 as noble } from '@noble/hashes/sha2.js';

/** SHA-256 (FIPS 180-4) of the concatenation of the parts; 32 bytes. */
export function sha256(...parts: readonly Uint8Array[]): Uint8Array {
  if (parts.length === 1) return noble(parts[0]!);
  const digest = noble.create();
  for (const part of parts) digest.update(part);
  return digest.digest();
}

/** The same, written to `target` from `at` on. */
export function sha256Into(target: Uint8Array, at: number, bytes: Uint8Array): void {
  target.set(noble(bytes), at);
}
