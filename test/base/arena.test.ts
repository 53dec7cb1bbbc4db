import { expect, it } from 'vitest';
import { Arena } from '../../src/base/arena.ts';
import { ByteRow } from '../../src/base/byte-row.ts';

it('gives nobody bytes that another has, in whatever lengths they are asked for', () => {
  const arena = new Arena(1_024);
  const taken = Array.from({ length: 500 }, (_, i) => arena.take(i % 90));
  expect(taken.every((bytes) => bytes.every((byte) => byte === 0))).toBe(true);
  for (const [i, bytes] of taken.entries()) bytes.fill(i % 251);
  for (const [i, bytes] of taken.entries()) expect(Array.from(bytes)).toEqual(new Array(i % 90).fill(i % 251));
});

it('lets a long string keep nothing but itself', () => {
  const arena = new Arena(1_024);
  expect(arena.copy(new Uint8Array(64)).buffer.byteLength).toBe(1_024);
  expect(arena.copy(new Uint8Array(65)).buffer.byteLength).toBe(65);
});

it('copies', () => {
  const original = Uint8Array.of(1, 2, 3);
  const copy = new Arena(64).copy(original);
  original.fill(0);
  expect(Array.from(copy)).toEqual([1, 2, 3]);
});

it('a row keeps what was appended when it grows', () => {
  const row = new ByteRow(1);
  const expected: number[] = [];
  for (let i = 0; i < 300; i++) {
    const bytes = Uint8Array.from({ length: i % 7 }, (_, j) => (i + j) % 256);
    row.append(bytes);
    expected.push(...bytes);
  }
  const at = row.reserve(3);
  row.bytes[at + 1] = 9;
  expect(at).toBe(expected.length);
  expect(Array.from(row.view())).toEqual([...expected, 0, 9, 0]);
});
