/** A seeded generator of pseudo-random numbers (sfc32): the same seed gives the same population on every machine. Not for secrets. */

export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
  /** Uniform integer, both ends included. */
  int(from: number, to: number): number;
  chance(probability: number): boolean;
  pick<T>(of: readonly T[]): T;
  /** Normally distributed, cut at three standard deviations. */
  normal(mean: number, deviation: number): number;
  /** A version-4 shaped UUID. */
  uuid(): string;
  /** An independent generator: what one part of the population draws never shifts another part. */
  fork(label: string): Random;
}

/** Four 32-bit words from a text (FNV-1a with different offsets, mixed). */
function seedWords(text: string): [number, number, number, number] {
  const words: [number, number, number, number] = [0x811c9dc5, 0x9e3779b9, 0x85ebca6b, 0xc2b2ae35];
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    for (let w = 0; w < 4; w++) {
      words[w]! = Math.imul(words[w]! ^ (code + w * 131), 0x01000193);
      words[w]! ^= words[w]! >>> 15;
    }
  }
  return words;
}

export function createRandom(seed: string): Random {
  let [a, b, c, counter] = seedWords(seed);
  const word = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + sum) | 0;
    return sum >>> 0;
  };
  for (let i = 0; i < 16; i++) word();
  const next = (): number => word() / 0x1_0000_0000;
  const int = (from: number, to: number): number => from + Math.floor(next() * (to - from + 1));
  return {
    next,
    int,
    chance: (probability) => next() < probability,
    pick: (of) => of[int(0, of.length - 1)]!,
    normal(mean, deviation) {
      // Sum of twelve uniforms: near enough, and the same in every engine (no logarithm or sine).
      let sum = -6;
      for (let i = 0; i < 12; i++) sum += next();
      return mean + Math.max(-3, Math.min(3, sum)) * deviation;
    },
    uuid() {
      const hex = [word(), word(), word(), word()].map((w) => w.toString(16).padStart(8, '0')).join('');
      const variant = '89ab'[Number.parseInt(hex[16]!, 16) & 3]!;
      return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
    },
    fork: (label) => createRandom(`${seed}/${label}`),
  };
}
