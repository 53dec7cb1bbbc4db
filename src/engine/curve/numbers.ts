/** edwards25519 in whole numbers (RFC 8032 §5.1): slow and short, for what is done once for each key. */
import { littleEndian } from '../../base/ed25519-rule.ts';

export const P = 2n ** 255n - 19n;

const modulo = (value: bigint): bigint => ((value % P) + P) % P;

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  for (let square = modulo(base), rest = exponent; rest > 0n; rest >>= 1n, square = modulo(square * square))
    if (rest & 1n) result = modulo(result * square);
  return result;
}

export const D = modulo(-121_665n * power(121_666n, P - 2n));
const ROOT_OF_MINUS_ONE = power(2n, (P - 1n) / 4n);

export interface Affine {
  readonly x: bigint;
  readonly y: bigint;
}

/** Base point: y = 4/5, x even. */
export const BASE: Affine = pointWith(modulo(4n * power(5n, P - 2n)), 0n)!;

/** Of 32 bytes that the one rule accepts as an encoding; undefined: there is no such point on the curve. */
export function decodePoint(encoded: Uint8Array): Affine | undefined {
  const bits = littleEndian(encoded);
  return pointWith(bits & (2n ** 255n - 1n), bits >> 255n);
}

/** RFC 8032 §5.1.3, steps 2 to 4. */
function pointWith(y: bigint, sign: bigint): Affine | undefined {
  const u = modulo(y * y - 1n);
  const v = modulo(D * y * y + 1n);
  const root = modulo(u * v ** 3n * power(u * v ** 7n, (P - 5n) / 8n));
  const vxx = modulo(v * root * root);
  if (vxx !== u && vxx !== modulo(-u)) return undefined;
  const x = vxx === u ? root : modulo(root * ROOT_OF_MINUS_ONE);
  return { x: (x & 1n) === sign ? x : modulo(-x), y };
}
