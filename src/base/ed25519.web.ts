import { ed25519 } from '@noble/curves/ed25519.js';
import { sha512 } from '@noble/hashes/sha2.js';
import { concat, equalBytes } from './bytes.ts';
import { acceptableEncoding, littleEndian, L } from './ed25519-rule.ts';
import { preparedAnswer } from './prepared-signatures.ts';

/** Public key (32 bytes) of a 32-byte seed (RFC 8032 §5.1.5). */
export const ed25519PublicKey = (seed: Uint8Array): Uint8Array => ed25519.getPublicKey(seed);

/** Ed25519 signature (64 bytes, RFC 8032 §5.1.6) with a 32-byte seed. */
export const ed25519Sign = (seed: Uint8Array, message: Uint8Array): Uint8Array => ed25519.sign(message, seed);

/** Verification under the one strict rule of `ed25519-rule.ts`. Never throws: a malformed key or signature is `false`. */
export function ed25519Verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  if (!acceptableEncoding(publicKey, signature)) return false;
  return preparedAnswer(publicKey, message, signature) ?? equationHolds(publicKey, message, signature);
}

function equationHolds(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  try {
    // The library's own `verify` multiplies the equation by the cofactor and so takes signatures that Node refuses: R = S·B − h·A it is.
    const r = signature.subarray(0, 32);
    const h = littleEndian(sha512(concat(r, publicKey, message))) % L;
    const s = littleEndian(signature.subarray(32));
    const key = ed25519.Point.fromBytes(publicKey);
    return equalBytes(ed25519.Point.BASE.multiplyUnsafe(s).subtract(key.multiplyUnsafe(h)).toBytes(), r);
  } catch {
    return false;
  }
}
