/**
 * Numbers in a blind index. A number becomes a sortable 28-bit key (sign, clamped binary exponent, 20 bits of mantissa) and is indexed
 * under three prefixes of it; a range is a bounded set of such buckets, always checked again after decryption.
 *
 *   key = 2^27 ± (e + 41) · 2^20 + mantissa, with e in -40…50; values nearer to zero are zero, larger ones the largest.
 *   a<key >> 23>   8 binades        b<key >> 17>   1/8 of a binade        c<key >> 12>   1/256 of a binade (0.4 %)
 */

const zeroKey = 2 ** 27;
const view = new DataView(new ArrayBuffer(8));
const shifts = { a: 23, b: 17, c: 12 } as const;
export type BucketLevel = keyof typeof shifts;

/** Monotonous: a larger number never has a smaller key. */
export function numberKey(value: number): number {
  if (value === 0 || Number.isNaN(value)) return zeroKey;
  view.setFloat64(0, Math.abs(value));
  const high = view.getUint32(0);
  const exponent = (high >>> 20) - 1023;
  const magnitude = exponent < -40 ? 0 : exponent > 50 ? (92 << 20) - 1 : ((exponent + 41) << 20) | (high & 0xfffff);
  return value < 0 ? zeroKey - magnitude : zeroKey + magnitude;
}

export const numberBucket = (level: BucketLevel, key: number): string => level + (key >>> shifts[level]).toString(36);

/** Buckets whose union holds every number in [low, high] (infinite ends allowed), down to `finest`. At most about 220. */
export function numberCover(low: number, high: number, finest: BucketLevel): string[] {
  const levels: BucketLevel[] = finest === 'c' ? ['c', 'b', 'a'] : finest === 'b' ? ['b', 'a'] : ['a'];
  let from = (low === -Infinity ? zeroKey - (92 << 20) : numberKey(low)) >>> shifts[levels[0]!];
  let to = (high === Infinity ? zeroKey + (92 << 20) : numberKey(high)) >>> shifts[levels[0]!];
  const buckets: string[] = [];
  for (const [i, level] of levels.entries()) {
    const coarser = levels[i + 1];
    if (!coarser) {
      for (let at = from; at <= to; at++) buckets.push(level + at.toString(36));
      break;
    }
    const width = 2 ** (shifts[coarser] - shifts[level]);
    while (from <= to && from % width !== 0) buckets.push(level + (from++).toString(36));
    while (from <= to && (to + 1) % width !== 0) buckets.push(level + (to--).toString(36));
    if (from > to) break;
    from /= width;
    to = (to + 1) / width - 1;
  }
  return buckets;
}

export interface SearchNumber {
  readonly value: number;
  /** Half of the last digit given: `100` stands for [99.5, 100.5). */
  readonly halfUnit: number;
}

const numberPattern = /^[+-]?(\d{1,40})(?:\.(\d{1,40}))?(?:[eE]([+-]?\d{1,3}))?$/;

/** A number as a search value gives it; undefined when it is none. `1e2` counts as given to two digits, as R4's example does. */
export function parseSearchNumber(text: string): SearchNumber | undefined {
  const match = numberPattern.exec(text);
  if (!match) return undefined;
  const value = Number(text);
  if (!Number.isFinite(value)) return undefined;
  const exponent = match[3] === undefined ? 0 : Number(match[3]);
  const decimals = match[2]?.length ?? (match[3] === undefined ? 0 : 1);
  return { value, halfUnit: 0.5 * 10 ** (exponent - decimals) };
}
