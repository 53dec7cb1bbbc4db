/** Sets of fixed-size items (words, pairs of words) kept as one byte string, sorted bytewise, each once. */

/** Sorts and removes repetitions. */
export function sortedSet(items: readonly Uint8Array[], size: number): Uint8Array {
  if (items.length === 0) return new Uint8Array(0);
  const sorted = items.map((item) => Buffer.from(item.buffer, item.byteOffset, size)).sort(Buffer.compare);
  const set = Buffer.allocUnsafe(sorted.length * size);
  let at = 0;
  for (const [index, item] of sorted.entries()) {
    if (index > 0 && item.equals(sorted[index - 1]!)) continue;
    at += item.copy(set, at);
  }
  return set.subarray(0, at);
}

/** Items of `a` that are not in `b`, both sorted sets. */
export function without(a: Uint8Array, b: Uint8Array, size: number): Uint8Array {
  if (b.length === 0 || a.length === 0) return a;
  const left = Buffer.from(a.buffer, a.byteOffset, a.length);
  const right = Buffer.from(b.buffer, b.byteOffset, b.length);
  const kept = Buffer.allocUnsafe(a.length);
  let at = 0;
  for (let i = 0, j = 0; i < left.length; i += size) {
    let order = 1;
    while (j < right.length && (order = right.compare(left, i, i + size, j, j + size)) < 0) j += size;
    if (j >= right.length || order !== 0) at += left.copy(kept, at, i, i + size);
  }
  return kept.subarray(0, at);
}
