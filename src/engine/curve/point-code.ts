/**
 * Sums of points of edwards25519, −x² + y² = 1 + d·x²·y², as WebAssembly. A sum is kept as (X : Y : Z : T) with x = X/Z, y = Y/Z, x·y = T/Z, what is
 * added to it as (y + x, y − x, 2·d·x·y). The formula (Hisil, Wong, Carter, Dawson 2008, section 3.1) is complete: it holds for equal points,
 * opposite ones and those of small order too, so there are no cases.
 */
import { call, get, set, when, repeat, word, type Code, type FunctionSource } from './assembler.ts';
import { callField, FIELD_BYTES, fieldFunctions } from './field-code.ts';

/** X, Y, Z, T. */
export const SUM_BYTES = 4 * FIELD_BYTES;
/** y + x, y − x, 2dxy, and room for it to begin where a line of the processor's cache does. */
export const ADDEND_BYTES = 128;
/** At the beginning of the memory: what `addTo` computes on the way. */
export const SCRATCH_BYTES = 8 * FIELD_BYTES;

const scratch = (i: number): Code => word.of(i * FIELD_BYTES);
const part = (address: Code, i: number): Code => word.add(address, word.of(i * FIELD_BYTES));

/** sum ← sum ± addend; parameters: sum, addend, whether it is −. */
const addTo: FunctionSource = (() => {
  const [sum, addend, negative] = [get(0), get(1), get(2)] as const;
  const [plus, minus, c, twiceZ, e, h] = [0, 1, 2, 3, 4, 5].map(scratch) as [Code, Code, Code, Code, Code, Code];
  const [f, g] = [6, 7].map(scratch) as [Code, Code];
  const [x, y, z, t] = [0, 1, 2, 3].map((i) => part(sum, i)) as [Code, Code, Code, Code];
  const { add, subtract, multiply } = callField;
  // −(x, y) = (−x, y): the first two of the addend change places, and the third its sign.
  const code = [
    ...add(plus, y, x),
    ...subtract(minus, y, x),
    ...multiply(c, t, part(addend, 2)),
    ...add(twiceZ, z, z),
    ...when(
      negative,
      [...multiply(plus, plus, part(addend, 1)), ...multiply(minus, minus, addend), ...subtract(g, twiceZ, c), ...add(f, twiceZ, c)],
      [...multiply(plus, plus, addend), ...multiply(minus, minus, part(addend, 1)), ...add(g, twiceZ, c), ...subtract(f, twiceZ, c)],
    ),
    ...subtract(e, plus, minus),
    ...add(h, plus, minus),
    ...multiply(x, e, f),
    ...multiply(y, h, g),
    ...multiply(z, g, f),
    ...multiply(t, e, h),
  ];
  return { name: 'addTo', parameters: 3, words: 0, longs: 0, code };
})();

const ADD_TO = fieldFunctions.length;

/**
 * sum ← sum + Σ digit_i · row_i; parameters: sum, digits (16 bits each, with a sign), table, number of rows, bytes of a row. A row holds a
 * point's multiples from 1 on.
 */
const addMultiples: FunctionSource = (() => {
  const [SUM, DIGITS, TABLE, ROWS, ROW_BYTES, DIGIT] = [0, 1, 2, 3, 4, 5] as const;
  const entry = (multiple: Code): Code => word.add(get(TABLE), word.multiply(word.subtract(multiple, word.of(1)), word.of(ADDEND_BYTES)));
  const row = [
    ...set(DIGIT, word.load16(get(DIGITS))),
    ...when(
      word.isLessThan(get(DIGIT), word.of(0)),
      call(ADD_TO, get(SUM), entry(word.subtract(word.of(0), get(DIGIT))), word.of(1)),
      when(get(DIGIT), call(ADD_TO, get(SUM), entry(get(DIGIT)), word.of(0))),
    ),
    ...set(DIGITS, word.add(get(DIGITS), word.of(2))),
    ...set(TABLE, word.add(get(TABLE), get(ROW_BYTES))),
    ...set(ROWS, word.subtract(get(ROWS), word.of(1))),
  ];
  return { name: 'addMultiples', parameters: 5, words: 1, longs: 0, code: repeat(row, get(ROWS)) };
})();

export const pointFunctions: readonly FunctionSource[] = [...fieldFunctions, addTo, addMultiples];
