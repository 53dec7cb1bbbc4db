/** Arithmetic of the tables against whole numbers, at the borders of limbs and of p too. */
import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { littleEndian } from '../../../src/base/ed25519-rule.ts';
import { makeCurve, MAX_INVERTED } from '../../../src/engine/curve/curve.ts';
import { FIELD_BYTES } from '../../../src/engine/curve/field-code.ts';
import { P } from '../../../src/engine/curve/numbers.ts';

const curve = makeCurve(1 << 20);
const modulo = (value: bigint): bigint => ((value % P) + P) % P;

/** The same numbers in every run. */
const pseudoRandom = (seed: string): bigint => littleEndian(createHash('sha256').update(seed).digest());

const borders = [
  0n,
  1n,
  2n,
  18n,
  19n,
  20n,
  2n ** 26n - 1n,
  2n ** 26n,
  2n ** 51n,
  2n ** 230n,
  2n ** 254n,
  2n ** 255n - 20n,
  P - 1n,
  P - 19n,
  P - 20n,
  (P - 1n) / 2n,
];
const numbers = [...borders, ...Array.from({ length: 24 }, (_, i) => modulo(pseudoRandom(`number ${i}`)))];

const at = Array.from({ length: 8 }, () => curve.reserve(FIELD_BYTES)) as [number, number, number, number, number, number, number, number];
const [a, b, out, sum, difference, twice] = at;

function read(address: number): bigint {
  const bytes = new Uint8Array(32);
  curve.encode(bytes, address);
  return littleEndian(bytes);
}

it('adds, subtracts and multiplies modulo p, also what was not carried in between', () => {
  for (const x of numbers)
    for (const y of numbers) {
      curve.write(a, x);
      curve.write(b, y);
      curve.multiply(out, a, b);
      expect(read(out)).toBe(modulo(x * y));
      // As in the sum of two points: products, their sums and differences, and products of those.
      curve.add(twice, out, out);
      curve.multiply(b, b, b);
      curve.add(sum, twice, b);
      curve.subtract(difference, twice, b);
      expect([read(sum), read(difference)]).toEqual([modulo(2n * x * y + y * y), modulo(2n * x * y - y * y)]);
      curve.multiply(out, sum, difference);
      expect(read(out)).toBe(modulo((2n * x * y + y * y) * (2n * x * y - y * y)));
    }
});

it('holds at the largest limbs that it is made for, of either sign', () => {
  const limbs = new Int32Array(curve.memory());
  const value = (address: number): bigint =>
    Array.from({ length: 10 }, (_, i) => BigInt(limbs[address / 4 + i]!) << BigInt(Math.ceil(25.5 * i))).reduce((all, each) => all + each);
  for (const [signA, signB] of [
    [1, 1],
    [1, -1],
    [-1, -1],
  ] as const) {
    for (let i = 0; i < 10; i++) {
      const most = Math.floor(1.65 * 2 ** (i % 2 === 0 ? 26 : 25));
      limbs[a / 4 + i] = signA * most;
      limbs[b / 4 + i] = signB * most;
    }
    curve.multiply(out, a, b);
    expect(read(out)).toBe(modulo(value(a) * value(b)));
  }
});

it('inverts one or many, and gives one form of each number', () => {
  const nonZero = numbers.filter((each) => each !== 0n);
  const first = curve.reserve(MAX_INVERTED * FIELD_BYTES);
  for (const count of [1, 2, nonZero.length]) {
    for (let i = 0; i < count; i++) curve.write(first + i * FIELD_BYTES, nonZero[i]!);
    curve.invert(first, FIELD_BYTES, count);
    for (let i = 0; i < count; i++) {
      const inverse = read(first + i * FIELD_BYTES);
      expect(inverse).toBeLessThan(P);
      expect(modulo(inverse * nonZero[i]!)).toBe(1n);
    }
  }
});
