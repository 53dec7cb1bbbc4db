/**
 * Arithmetic modulo p = 2^255 − 19, as WebAssembly. A number is ten 32-bit limbs with signs, of 26 and 25 bits by turns: limb i counts
 * 2^⌈25.5·i⌉. Sums and differences are not carried; a product is, and takes sums of up to three products: with limbs below
 * 1.65·2^26 and 1.65·2^25 by amount all sums of its columns stay below 2^61. One number may have several such forms; `freeze` gives the one below p.
 */
import { call, get, long, repeat, set, word, type Code, type FunctionSource } from './assembler.ts';

export const LIMBS = 10;
export const FIELD_BYTES = 40;
/** Bits of limb i. */
export const bitsOf = (limb: number): number => (limb % 2 === 0 ? 26 : 25);

const limbs = Array.from({ length: LIMBS }, (_, i) => i);
const [OUT, A, B] = [0, 1, 2].map(get) as [Code, Code, Code];
const loadAll = (from: Code, local: number): Code => limbs.flatMap((i) => set(local + i, long.load32(from, 4 * i)));
const storeAll = (local: number): Code => limbs.flatMap((i) => long.store32(OUT, 4 * i, get(local + i)));
const times = (a: Code, factor: number): Code => (factor === 1 ? a : long.multiply(a, long.of(factor)));
const sum = (parts: readonly Code[]): Code => parts.reduce((a, b) => long.add(a, b));

/** What limb i has beyond its bits goes to the next one, rounded to the nearest; beyond the last, 2^255 is 19. */
function carry(first: number, i: number, scratch: number): Code {
  const bits = bitsOf(i);
  const next = first + ((i + 1) % LIMBS);
  return [
    ...set(scratch, long.shiftRight(long.add(get(first + i), long.of(1n << BigInt(bits - 1))), long.of(bits))),
    ...set(next, long.add(get(next), times(get(scratch), i === LIMBS - 1 ? 19 : 1))),
    ...set(first + i, long.subtract(get(first + i), long.shiftLeft(get(scratch), long.of(bits)))),
  ];
}

/** Two chains at a time, so that the processor does not wait for one of them. */
const carryAll = (first: number, scratch: number): Code => [0, 4, 1, 5, 2, 6, 3, 7, 4, 8, 9, 0].flatMap((i) => carry(first, i, scratch));

/** The product of limbs i and j counts twice where both are of 25 bits, and 19-fold beyond 2^255. */
const isTwice = (i: number, j: number): boolean => i % 2 === 1 && j % 2 === 1;

/** out = a·b */
const multiply: FunctionSource = (() => {
  const [a, b, b19, a2, h, scratch] = [3, 13, 23, 33, 43, 53] as const;
  const column = (k: number): Code =>
    sum(
      limbs.map((i) => {
        const j = (k - i + LIMBS) % LIMBS;
        return long.multiply(get((isTwice(i, j) ? a2 : a) + i), get((i + j >= LIMBS ? b19 : b) + j));
      }),
    );
  const code = [
    ...loadAll(A, a),
    ...loadAll(B, b),
    ...limbs.flatMap((i) => [...set(b19 + i, times(get(b + i), 19)), ...set(a2 + i, i % 2 === 1 ? long.add(get(a + i), get(a + i)) : get(a + i))]),
    ...limbs.flatMap((k) => set(h + k, column(k))),
    ...carryAll(h, scratch),
    ...storeAll(h),
  ];
  return { name: 'multiply', parameters: 3, words: 0, longs: 51, code };
})();

/** out = a^(2^count), `count` ≥ 1 */
const square: FunctionSource = (() => {
  const [count, a, a19, h, scratch] = [2, 3, 13, 23, 33] as const;
  const column = (k: number): Code => {
    const terms: Code[] = [];
    for (const i of limbs) {
      const j = (k - i + LIMBS) % LIMBS;
      if (j < i) continue;
      const factor = (i === j ? 1 : 2) * (isTwice(i, j) ? 2 : 1);
      terms.push(times(long.multiply(get(a + i), get((i + j >= LIMBS ? a19 : a) + j)), factor));
    }
    return sum(terms);
  };
  const once = [
    ...limbs.flatMap((i) => set(a19 + i, times(get(a + i), 19))),
    ...limbs.flatMap((k) => set(h + k, column(k))),
    ...carryAll(h, scratch),
    ...limbs.flatMap((i) => set(a + i, get(h + i))),
    ...set(count, word.subtract(get(count), word.of(1))),
  ];
  const code = [...loadAll(A, a), ...repeat(once, get(count)), ...storeAll(a)];
  return { name: 'square', parameters: 3, words: 0, longs: 31, code };
})();

const limbwise = (name: string, combine: (a: Code, b: Code) => Code): FunctionSource => ({
  name,
  parameters: 3,
  words: 0,
  longs: 0,
  code: limbs.flatMap((i) => long.store32(OUT, 4 * i, combine(long.load32(A, 4 * i), long.load32(B, 4 * i)))),
});

/** out = the form of a whose limbs have no sign and whose number is below p */
const freeze: FunctionSource = (() => {
  const [h, scratch, quotient] = [2, 12, 13] as const;
  /** Rounded down, not to the nearest. */
  const carryDown = (i: number): Code => [
    ...set(scratch, long.shiftRight(get(h + i), long.of(bitsOf(i)))),
    ...(i < LIMBS - 1 ? set(h + i + 1, long.add(get(h + i + 1), get(scratch))) : []),
    ...set(h + i, long.subtract(get(h + i), long.shiftLeft(get(scratch), long.of(bitsOf(i))))),
  ];
  const code = [
    ...loadAll(A, h),
    ...carryAll(h, scratch),
    // How many times p there is in it (−1, 0 or 1): the carry out of the top when 19 is added at the bottom.
    ...set(quotient, long.shiftRight(long.add(times(get(h + 9), 19), long.of(1n << 24n)), long.of(25))),
    ...limbs.flatMap((i) => set(quotient, long.shiftRight(long.add(get(h + i), get(quotient)), long.of(bitsOf(i))))),
    ...set(h, long.add(get(h), times(get(quotient), 19))),
    ...limbs.flatMap(carryDown),
    ...storeAll(h),
  ];
  return { name: 'freeze', parameters: 2, words: 0, longs: 12, code };
})();

export const fieldFunctions = [multiply, square, limbwise('add', long.add), limbwise('subtract', long.subtract), freeze] as const;

/** Calls from other functions of the same module, whose first functions are those above. */
export const callField = {
  multiply: (out: Code, a: Code, b: Code): Code => call(0, out, a, b),
  add: (out: Code, a: Code, b: Code): Code => call(2, out, a, b),
  subtract: (out: Code, a: Code, b: Code): Code => call(3, out, a, b),
};
