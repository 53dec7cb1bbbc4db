import { ed25519 } from '@noble/curves/ed25519.js';
import { acceptableEncoding } from './ed25519-rule.ts';

/** Public key (32 bytes) of a 32-byte seed (RFC 8032 §5.1.5). */
export const ed25519PublicKey = (seed: Uint8Array): Uint8Array => ed25519.getPublicKey(seed);

/** Ed25519 signature (64 bytes, RFC 8032 §5.1.6) with a 32-byte seed. */
export const ed25519Sign = (seed: Uint8Array, message: Uint8Array): Uint8Array => ed25519.sign(message, seed);

/** Verification under the one strict rule of `ed25519-rule.ts`. Never throws: a malformed key or signature is `false`. */
export function ed25519Verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  if (!acceptableEncoding(publicKey, signature)) return false;
  try {
    return ed25519.verify(signature, message, publicKey, { zip215: false });
  } catch {
    return false;
  }
}
