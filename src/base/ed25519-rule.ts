/**
 * The one Ed25519 acceptance rule of the network (libraries differ on edge cases; a ledger must not):
 * RFC 8032 §5.1.7 without cofactor (R = S·B − h·A, with h = SHA-512(R ‖ A ‖ M) mod L), and beyond it
 *  - S is canonical (S < L);
 *  - A and R are canonical point encodings (y < p, and no sign bit on a point with x = 0);
 *  - neither A nor R is a point of small order.
 */
import { toHex } from './bytes.ts';

export const L = 2n ** 252n + 27742317777372353535851937790883648493n;
const P = 2n ** 255n - 19n;

/** y coordinates of the eight points of order dividing 8 (canonical, little-endian, sign bit cleared). */
const SMALL_ORDER_Y = new Set([
  '0100000000000000000000000000000000000000000000000000000000000000',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  '0000000000000000000000000000000000000000000000000000000000000000',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
]);

export function littleEndian(bytes: Uint8Array): bigint {
  let value = 0n;
  for (let i = bytes.length - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i]!);
  return value;
}

/** Whether 32 bytes may stand for a point: a canonical encoding, not of small order. That they are on the curve is for the arithmetic to say. */
export function acceptablePoint(encoded: Uint8Array): boolean {
  // Only encodings whose top bytes are all ones can be ≥ p: the cheap look first.
  const y = Uint8Array.from(encoded);
  y[31]! &= 0x7f;
  if (y[31] === 0x7f && y[30] === 0xff && littleEndian(y) >= P) return false;
  const first = y[0]!;
  if (first === 0x01 || first === 0xec || first === 0x00 || first === 0x26 || first === 0xc7) return !SMALL_ORDER_Y.has(toHex(y));
  return true;
}

/** Whether the encodings of a public key (32 bytes) and a signature (64 bytes) may be looked at further. */
export function acceptableEncoding(publicKey: Uint8Array, signature: Uint8Array): boolean {
  if (publicKey.length !== 32 || signature.length !== 64) return false;
  const s = signature.subarray(32);
  if (s[31]! > 0x10) return false;
  if (s[31] === 0x10 && littleEndian(s) >= L) return false;
  return acceptablePoint(publicKey) && acceptablePoint(signature.subarray(0, 32));
}
