/** Our encoder against an independent one, over random values of the model. */
import { encode, rfc8949EncodeOptions, Tagged as Foreign } from 'cborg';
import { describe, expect, it } from 'vitest';
import { toHex } from '../../src/base/bytes.ts';
import { decodeCbor, encodeCbor, Tagged, tagged, type Cbor } from '../../src/base/cbor.ts';
import { unwrap } from '../../src/base/result.ts';

const pick = <T>(from: readonly T[]): T => from[Math.floor(Math.random() * from.length)]!;
const count = (): number => Math.floor(Math.random() * pick([1, 4, 30, 300]));
const integers = [0, 1, 23, 24, 255, 256, 65_535, 65_536, 2 ** 32 - 1, 2 ** 32, Number.MAX_SAFE_INTEGER];
const texts = ['', 'a', 'b', 'aa', 'op', 'é', 'ß', '日本', '😀', 'x'.repeat(23), 'x'.repeat(24), 'y'.repeat(300), 'é'.repeat(200)];

function value(depth: number): Cbor {
  const kind = Math.floor(Math.random() * (depth === 0 ? 5 : 9));
  if (kind === 0) return pick([null, true, false]);
  if (kind === 1) return pick(integers) * pick([1, -1]) + 0;
  if (kind === 2) return pick(texts);
  if (kind === 3) return new Uint8Array(count()).fill(7);
  if (kind === 4) return Math.floor(Math.random() * 2 ** 40);
  if (kind === 5) return Array.from({ length: Math.floor(Math.random() * 30) }, () => value(depth - 1));
  if (kind === 6) return tagged(18, value(depth - 1));
  if (kind === 7)
    return new Map(Array.from({ length: 6 }, () => [pick<number | string>([...texts, ...integers, -1, -24, -25, -256]), value(depth - 1)]));
  return Object.fromEntries(Array.from({ length: Math.floor(Math.random() * 8) }, () => [pick(texts), value(depth - 1)]));
}

/** The same value with the other library's tags. */
function foreign(item: unknown): unknown {
  if (item instanceof Tagged) return new Foreign(item.tag, foreign(item.value));
  if (Array.isArray(item)) return item.map(foreign);
  if (item instanceof Map) return new Map(Array.from(item as Map<unknown, unknown>, ([key, inner]) => [key, foreign(inner)]));
  if (item instanceof Uint8Array || typeof item !== 'object' || item === null) return item;
  return Object.fromEntries(Object.entries(item).map(([key, inner]) => [key, foreign(inner)]));
}

describe('deterministic CBOR', () => {
  it('is what another encoder writes, and reads back', () => {
    for (let i = 0; i < 3_000; i++) {
      const random = value(4);
      const bytes = encodeCbor(random);
      expect(toHex(bytes)).toBe(toHex(encode(foreign(random), rfc8949EncodeOptions)));
      expect(toHex(encodeCbor(unwrap(decodeCbor(bytes, { maps: true })) as Cbor))).toBe(toHex(bytes));
    }
  });

  it('refuses what the formats don’t have', () => {
    const cyclic: unknown[] = [];
    cyclic.push(cyclic);
    for (const bad of [
      1.5,
      Number.NaN,
      Infinity,
      2 ** 53,
      undefined,
      'a\ud800',
      '\ufeffa',
      { a: undefined },
      [undefined],
      10n,
      Symbol('x'),
      () => 1,
      new Map([[1.5, 1]]),
      new Map([[null, 1]]),
      cyclic,
    ])
      expect(() => encodeCbor(bad as Cbor), String(typeof bad)).toThrow(TypeError);
  });
});
