/**
 * edwards25519 from its definition (RFC 8032 §5.1), plain and slow, and independent of everything that is tested with it. It reads
 * every encoding that any library reads: what the network's rule leaves out must be made first.
 */
import { createHash } from 'node:crypto';

export const P = 2n ** 255n - 19n;
/** Order of the subgroup of the base point. */
export const L = 2n ** 252n + 27742317777372353535851937790883648493n;

const mod = (value: bigint): bigint => ((value % P) + P) % P;

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  for (let square = mod(base), rest = exponent; rest > 0n; rest >>= 1n, square = mod(square * square)) if (rest & 1n) result = mod(result * square);
  return result;
}
const inverse = (value: bigint): bigint => power(value, P - 2n);

const D = mod(-121665n * inverse(121666n));
const ROOT_OF_MINUS_ONE = power(2n, (P - 1n) / 4n);

/** Extended coordinates (RFC 8032 §5.1.4): x = X/Z, y = Y/Z, x·y = T/Z. */
export interface Point {
  readonly X: bigint;
  readonly Y: bigint;
  readonly Z: bigint;
  readonly T: bigint;
}

const affine = (x: bigint, y: bigint): Point => ({ X: x, Y: y, Z: 1n, T: mod(x * y) });
export const IDENTITY = affine(0n, 1n);

export function add(p: Point, q: Point): Point {
  const a = mod((p.Y - p.X) * (q.Y - q.X));
  const b = mod((p.Y + p.X) * (q.Y + q.X));
  const c = mod(2n * D * p.T * q.T);
  const d = mod(2n * p.Z * q.Z);
  const [e, f, g, h] = [b - a, d - c, d + c, b + a];
  return { X: mod(e * f), Y: mod(g * h), Z: mod(f * g), T: mod(e * h) };
}

export const negate = ({ X, Y, Z, T }: Point): Point => ({ X: mod(-X), Y, Z, T: mod(-T) });

/** `scalar` is taken as it is: not reduced. */
export function times(scalar: bigint, point: Point): Point {
  let sum = IDENTITY;
  for (let double = point, rest = scalar; rest > 0n; rest >>= 1n, double = add(double, double)) if (rest & 1n) sum = add(sum, double);
  return sum;
}

export const equal = (p: Point, q: Point): boolean => mod(p.X * q.Z - q.X * p.Z) === 0n && mod(p.Y * q.Z - q.Y * p.Z) === 0n;

export function bytesOf(value: bigint, length = 32): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => Number((value >> BigInt(8 * i)) & 0xffn));
}

export const numberOf = (bytes: Uint8Array): bigint => bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);

/** y and the sign bit of x, as given: an encoding that is not canonical can be written too. */
export const encodeAs = (y: bigint, sign: 0 | 1): Uint8Array => bytesOf(y + (BigInt(sign) << 255n));

export function encode({ X, Y, Z }: Point): Uint8Array {
  const z = inverse(Z);
  return encodeAs(mod(Y * z), Number(mod(X * z) & 1n) as 0 | 1);
}

/** Undefined: no such point. y ≥ p and a sign on x = 0 are read as if they were canonical. */
export function decode(encoded: Uint8Array): Point | undefined {
  const y = mod(numberOf(encoded) & (2n ** 255n - 1n));
  const [u, v] = [mod(y * y - 1n), mod(D * y * y + 1n)];
  // A square root of u/v: u·v³·(u·v⁷)^((p−5)/8), times √−1 where needed (RFC 8032 §5.1.3).
  const candidate = mod(u * power(v, 3n) * power(u * power(v, 7n), (P - 5n) / 8n));
  const x = [candidate, mod(candidate * ROOT_OF_MINUS_ONE)].find((root) => mod(v * root * root) === u);
  if (x === undefined) return undefined;
  return affine(Number(x & 1n) === encoded[31]! >> 7 ? x : mod(-x), y);
}

export const BASE = decode(encodeAs(mod(4n * inverse(5n)), 0))!;

/** A point of order 8: L times the first point that has one. Its multiples are all points of small order. */
export const TORSION = (() => {
  for (let y = 2n; ; y++) {
    const point = decode(encodeAs(y, 0));
    const torsion = point && times(L, point);
    if (torsion && !equal(times(4n, torsion), IDENTITY)) return torsion;
  }
})();

/** SHA-512(parts) as a little-endian number, not reduced. */
export function hashNumber(...parts: readonly Uint8Array[]): bigint {
  const hash = createHash('sha512');
  for (const part of parts) hash.update(part);
  return numberOf(hash.digest());
}

export type Equation = 'exact' | 'cofactored' | 'none';

/** Whether S·B = R + h·A, with h reduced by L over the bytes as sent; or only eight times it does. Reads any encoding, and any S. */
export function equationOf(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): Equation {
  if (publicKey.length !== 32 || signature.length !== 64) return 'none';
  const [A, R] = [decode(publicKey), decode(signature.subarray(0, 32))];
  if (!A || !R) return 'none';
  const h = hashNumber(signature.subarray(0, 32), publicKey, message) % L;
  const difference = add(times(numberOf(signature.subarray(32)), BASE), negate(add(R, times(h, A))));
  if (equal(difference, IDENTITY)) return 'exact';
  return equal(times(8n, difference), IDENTITY) ? 'cofactored' : 'none';
}
