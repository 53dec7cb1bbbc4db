/** The machine that computes: functions of addresses in a memory, and what one reads and writes there. */
import { assemble, PAGE_BYTES } from './assembler.ts';
import { bitsOf, FIELD_BYTES, LIMBS } from './field-code.ts';
import { P } from './numbers.ts';
import { pointFunctions, SCRATCH_BYTES, SUM_BYTES } from './point-code.ts';

type Address = number;

export interface Curve {
  /** The same buffer until `reserve` is called. */
  readonly memory: () => ArrayBuffer;
  /** Room that is never given back, beginning at a multiple of 128 bytes. Throws when the memory is at its limit. */
  reserve(bytes: number): Address;
  multiply(out: Address, a: Address, b: Address): void;
  add(out: Address, a: Address, b: Address): void;
  subtract(out: Address, a: Address, b: Address): void;
  /** sum ← sum ± addend */
  addTo(sum: Address, addend: Address, isNegative: number): void;
  addMultiples(sum: Address, digits: Address, table: Address, rows: number, rowBytes: number): void;
  /** The point that every sum begins with. */
  clear(sum: Address): void;
  write(out: Address, value: bigint): void;
  copy(out: Address, from: Address, bytes: number): void;
  /** 32 bytes, little-endian, of the one form below p. */
  encode(into: Uint8Array, a: Address): void;
  /** Each number ← its inverse, 0 ← anything; `count` ≥ 1 numbers, `stride` bytes apart. All of them cost little more than one. */
  invert(first: Address, stride: number, count: number): void;
}

/** Most that a batch inverts at once. */
export const MAX_INVERTED = 128;

export function makeCurve(maxBytes: number): Curve {
  const { memory, functions } = assemble(pointFunctions, 1, Math.ceil(maxBytes / PAGE_BYTES));
  const { multiply, square, add, subtract, freeze, addTo, addMultiples } = functions as unknown as Functions;
  let used = 0;
  reserve(SCRATCH_BYTES);
  const frozen = reserve(FIELD_BYTES);
  const [inverse, t0, t1, t2] = [reserve(FIELD_BYTES), reserve(FIELD_BYTES), reserve(FIELD_BYTES), reserve(FIELD_BYTES)] as const;
  const products = reserve(MAX_INVERTED * FIELD_BYTES);
  let limbs = new Int32Array(memory.buffer);

  return {
    memory: () => memory.buffer,
    reserve,
    multiply,
    add,
    subtract,
    addTo,
    addMultiples,
    clear(sum) {
      limbs.fill(0, sum / 4, (sum + SUM_BYTES) / 4);
      // y = z = 1
      limbs[sum / 4 + LIMBS] = limbs[sum / 4 + 2 * LIMBS] = 1;
    },
    write,
    copy,
    encode(into, a) {
      freeze(frozen, a);
      let bits = 0;
      let held = 0;
      let at = 0;
      for (let i = 0; i < LIMBS; i++) {
        // At most 7 bits wait, so that 33 are together: beyond what JavaScript shifts.
        held += limbs[frozen / 4 + i]! * 2 ** bits;
        for (bits += bitsOf(i); bits >= 8; bits -= 8) {
          into[at++] = held % 256;
          held = Math.floor(held / 256);
        }
      }
      into[at] = held;
    },
    invert(first, stride, count) {
      // Montgomery's trick: the inverse of the product of all, and back from the last to the first.
      const product = (i: number): Address => products + i * FIELD_BYTES;
      copy(product(0), first);
      for (let i = 1; i < count; i++) multiply(product(i), product(i - 1), first + i * stride);
      invertOne(inverse, product(count - 1));
      for (let i = count - 1; i > 0; i--) {
        const number = first + i * stride;
        multiply(t0, inverse, product(i - 1));
        multiply(inverse, inverse, number);
        copy(number, t0);
      }
      copy(first, inverse);
    },
  };

  function reserve(bytes: number): Address {
    const address = used;
    used = Math.ceil((used + bytes) / 128) * 128;
    const missing = Math.ceil((used - memory.buffer.byteLength) / PAGE_BYTES);
    if (missing > 0) {
      memory.grow(missing);
      limbs = new Int32Array(memory.buffer);
    }
    return address;
  }

  function write(out: Address, value: bigint): void {
    let rest = ((value % P) + P) % P;
    for (let i = 0; i < LIMBS; i++) {
      const bits = BigInt(bitsOf(i));
      limbs[out / 4 + i] = Number(rest & ((1n << bits) - 1n));
      rest >>= bits;
    }
  }

  function copy(out: Address, from: Address, bytes = FIELD_BYTES): void {
    limbs.copyWithin(out / 4, from / 4, (from + bytes) / 4);
  }

  /** a^(p − 2), and p − 2 is written with 250 ones and 01011 behind them: runs of ones, each made of the one before. */
  function invertOne(out: Address, a: Address): void {
    const raise = (to: Address, from: Address, count: number, by: Address): void => {
      square(to, from, count);
      multiply(to, to, by);
    };
    raise(t0, a, 1, a); // 2 ones
    raise(t1, t0, 2, t0); // 4
    raise(t1, t1, 1, a); // 5
    raise(t2, t1, 5, t1); // 10
    raise(t0, t2, 10, t2); // 20
    raise(t1, t0, 20, t0); // 40
    raise(t1, t1, 10, t2); // 50
    raise(t0, t1, 50, t1); // 100
    raise(t2, t0, 100, t0); // 200
    raise(t2, t2, 50, t1); // 250
    square(t2, t2, 5);
    square(t0, a, 1);
    multiply(t1, t0, a);
    square(t0, a, 3);
    multiply(t0, t0, t1); // a^11
    multiply(out, t2, t0);
  }
}

interface Functions extends Pick<Curve, 'multiply' | 'add' | 'subtract' | 'addTo' | 'addMultiples'> {
  square(out: Address, a: Address, count: number): void;
  freeze(out: Address, a: Address): void;
}
