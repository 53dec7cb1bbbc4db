import { ed25519 } from '@noble/curves/ed25519.js';
import { sha512 } from '@noble/hashes/sha2.js';
import { concat, equalBytes } from './bytes.ts';
import { acceptableEncoding, littleEndian, L } from './ed25519-rule.ts';
import { preparedAnswer } from './prepared-signatures.ts';

const { Point } = ed25519;

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
    return equalBytes(sumOf(s, multiplesOfBase, h, multiplesOf(Point.fromBytes(publicKey).negate())).toBytes(), r);
  } catch {
    return false;
  }
}

type EdwardsPoint = InstanceType<typeof Point>;

/** 0 to 15 times a point. */
function multiplesOf(point: EdwardsPoint): readonly EdwardsPoint[] {
  const multiples = [Point.ZERO, point];
  while (multiples.length < 16) multiples.push(multiples.at(-1)!.add(point));
  return multiples;
}

/** A copy of the base point: the library makes large tables for its own, which cost more than the few signatures of a proof. */
const multiplesOfBase = multiplesOf(Point.fromAffine(Point.BASE.toAffine()));

/** a·A + b·B for public numbers below 2^256, four bits at a time with the doublings shared. */
function sumOf(a: bigint, ofA: readonly EdwardsPoint[], b: bigint, ofB: readonly EdwardsPoint[]): EdwardsPoint {
  let sum = Point.ZERO;
  for (let shift = 252n; shift >= 0n; shift -= 4n) {
    if (shift < 252n) sum = sum.double().double().double().double();
    const digitA = Number((a >> shift) & 15n);
    const digitB = Number((b >> shift) & 15n);
    if (digitA > 0) sum = sum.add(ofA[digitA]!);
    if (digitB > 0) sum = sum.add(ofB[digitB]!);
  }
  return sum;
}
