/** Random numbers from a seed: what a failure names is enough to make the same input again. */
export interface Random {
  /** An integer from 0 to `count` − 1. */
  below(count: number): number;
  /** True once in `count` times. */
  once(count: number): boolean;
  pick<T>(items: readonly T[]): T;
  bytes(length: number): Uint8Array;
}

/** Small and fast, with 128 bits of state (sfc32); `parts` may be any numbers and texts. */
export function randomOf(...parts: readonly (number | string)[]): Random {
  let [a, b, c, counter] = [0x9e3779b9, 0x243f6a88, 0xb7e15162, 1];
  const next = (): number => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    return sum >>> 0;
  };
  for (const part of parts)
    for (const unit of `${part}/`) {
      a ^= unit.codePointAt(0)!;
      next();
    }
  for (let i = 0; i < 12; i++) next();
  const below = (count: number): number => Math.floor((next() / 0x1_0000_0000) * count);
  return {
    below,
    once: (count) => below(count) === 0,
    pick: (items) => items[below(items.length)]!,
    bytes: (length) => Uint8Array.from({ length }, () => next() & 255),
  };
}
