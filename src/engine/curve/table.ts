/**
 * The multiples of one point that products with it are put together from. A number below 2^254 has 37 digits of 7 bits with a sign, and row i
 * holds 1 to 64 times 2^(7i) times the point: whatever the number, that is 37 additions and not one doubling.
 */
import type { Curve } from './curve.ts';
import { FIELD_BYTES } from './field-code.ts';
import { D, type Affine } from './numbers.ts';
import { ADDEND_BYTES, SUM_BYTES } from './point-code.ts';

const DIGIT_BITS = 7;
export const ROWS = Math.ceil(254 / DIGIT_BITS);
const MULTIPLES = 2 ** (DIGIT_BITS - 1);
const ROW_BYTES = MULTIPLES * ADDEND_BYTES;
export const TABLE_BYTES = ROWS * ROW_BYTES;
export const DIGITS_BYTES = 2 * ROWS;

export interface Tables {
  /** Fills `TABLE_BYTES` at `table`: some 2 ms. */
  fill(table: number, point: Affine): void;
  /** sum ← sum + number · point, of the digits at `digits`. */
  addProduct(sum: number, digits: number, table: number): void;
}

export function tables(curve: Curve): Tables {
  const sums = curve.reserve(MULTIPLES * SUM_BYTES);
  const twoD = curve.reserve(FIELD_BYTES);
  curve.write(twoD, 2n * D);
  const sumAt = (i: number): number => sums + i * SUM_BYTES;

  /** The first sums as addends, one behind the other; the sums are used up. */
  function toAddends(out: number, count: number): void {
    curve.invert(sums + 2 * FIELD_BYTES, SUM_BYTES, count);
    for (let i = 0; i < count; i++) {
      const [x, y, z] = [sumAt(i), sumAt(i) + FIELD_BYTES, sumAt(i) + 2 * FIELD_BYTES];
      const addend = out + i * ADDEND_BYTES;
      curve.multiply(x, x, z);
      curve.multiply(y, y, z);
      curve.add(addend, y, x);
      curve.subtract(addend + FIELD_BYTES, y, x);
      curve.multiply(z, x, y);
      curve.multiply(addend + 2 * FIELD_BYTES, z, twoD);
    }
  }

  return {
    fill(table, { x, y }) {
      curve.clear(sums);
      curve.write(sums, x);
      curve.write(sums + FIELD_BYTES, y);
      for (let row = table; row < table + TABLE_BYTES; row += ROW_BYTES) {
        toAddends(row, 1);
        curve.clear(sums);
        curve.addTo(sums, row, 0);
        for (let i = 1; i < MULTIPLES; i++) {
          curve.copy(sumAt(i), sumAt(i - 1), SUM_BYTES);
          curve.addTo(sumAt(i), row, 0);
        }
        toAddends(row, MULTIPLES);
        // The last one doubled is the first of the next row.
        const last = row + (MULTIPLES - 1) * ADDEND_BYTES;
        curve.clear(sums);
        curve.addTo(sums, last, 0);
        curve.addTo(sums, last, 0);
      }
    },
    addProduct: (sum, digits, table) => curve.addMultiples(sum, digits, table, ROWS, ROW_BYTES),
  };
}

/** Little-endian bytes of a number below 2^253, as digits from −64 to 63; those of `into` beyond its bits are 0. */
export function writeDigits(into: Int16Array, bytes: Uint8Array): void {
  let held = 0;
  let bits = 0;
  let at = 0;
  let carry = 0;
  for (let row = 0; row < ROWS; row++) {
    if (bits < DIGIT_BITS && at < bytes.length) {
      held |= bytes[at++]! << bits;
      bits += 8;
    }
    const digit = (held & (2 ** DIGIT_BITS - 1)) + carry;
    held >>= DIGIT_BITS;
    bits -= DIGIT_BITS;
    carry = digit >= MULTIPLES ? 1 : 0;
    into[row] = digit - carry * 2 ** DIGIT_BITS;
  }
}
