import { createHash, hash } from 'node:crypto';

/** SHA-256 (FIPS 180-4) of the concatenation of the parts; 32 bytes. */
export function sha256(...parts: readonly Uint8Array[]): Uint8Array {
  if (parts.length === 1) return plain(hash('sha256', parts[0]!, 'buffer'));
  const digest = createHash('sha256');
  for (const part of parts) digest.update(part);
  return plain(digest.digest());
}

/** A `Buffer` is a trap where a `Uint8Array` is promised: its `slice` shares memory. */
const plain = (digest: Buffer): Uint8Array => new Uint8Array(digest.buffer, digest.byteOffset, digest.length);
