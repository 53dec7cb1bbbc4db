/** AES-256-GCM (NIST SP 800-38D): 12-byte nonces, 16-byte tags behind the ciphertext. */
import { createCipheriv, createDecipheriv, randomFillSync } from 'node:crypto';

export const NONCE_BYTES = 12;
export const TAG_BYTES = 16;

export function aeadSeal(key: Uint8Array, nonce: Uint8Array, associated: Uint8Array, plaintext: Uint8Array): Buffer {
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  cipher.setAAD(associated);
  const body = cipher.update(plaintext);
  cipher.final();
  return Buffer.concat([body, cipher.getAuthTag()]);
}

/** Undefined unless every bit of key, nonce, associated data, ciphertext and tag is as it was. */
export function aeadOpen(key: Uint8Array, nonce: Uint8Array, associated: Uint8Array, sealed: Uint8Array): Buffer | undefined {
  if (sealed.length < TAG_BYTES) return undefined;
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
    decipher.setAAD(associated);
    decipher.setAuthTag(sealed.subarray(sealed.length - TAG_BYTES));
    const body = decipher.update(sealed.subarray(0, sealed.length - TAG_BYTES));
    decipher.final();
    return body;
  } catch {
    return undefined;
  }
}

/** Nonce ‖ ciphertext ‖ tag under a fresh random nonce: for keys that seal less than 2^32 messages. */
export function sealWithNonce(key: Uint8Array, associated: Uint8Array, plaintext: Uint8Array): Buffer {
  const nonce = randomFillSync(Buffer.allocUnsafe(NONCE_BYTES));
  return Buffer.concat([nonce, aeadSeal(key, nonce, associated, plaintext)]);
}

export const openWithNonce = (key: Uint8Array, associated: Uint8Array, sealed: Uint8Array): Buffer | undefined =>
  sealed.length < NONCE_BYTES + TAG_BYTES ? undefined : aeadOpen(key, sealed.subarray(0, NONCE_BYTES), associated, sealed.subarray(NONCE_BYTES));
