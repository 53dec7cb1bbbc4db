import { sha256 as noble } from '@noble/hashes/sha2.js';

/** SHA-256 (FIPS 180-4) of the concatenation of the parts; 32 bytes. */
export function sha256(...parts: readonly Uint8Array[]): Uint8Array {
  if (parts.length === 1) return noble(parts[0]!);
  const digest = noble.create();
  for (const part of parts) digest.update(part);
  return digest.digest();
}
