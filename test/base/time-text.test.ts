import { expect, it } from 'vitest';
import { timeText } from '../../src/base/time-text.ts';

const LAST_MS = 8_640_000_000_000_000;

it('says what a Date says, on days around every kind of leap year and beyond year 9999', () => {
  const year = (at: number): number => Date.UTC(at, 0, 1);
  const times = [0, 1, 999, 1000, LAST_MS - 1, LAST_MS];
  for (const at of [1970, 1972, 1999, 2000, 2001, 2026, 2100, 2400, 9999, 10_000, 12_345, 275_000])
    for (const day of [-1, 0, 30, 31, 58, 59, 60, 365, 366]) times.push(Math.max(0, year(at) + day * 86_400_000 + (at % 7) * 12_345_678));
  for (let ms = 0; ms < LAST_MS; ms += LAST_MS / 3000 + 12_345) times.push(Math.floor(ms));
  expect(times.length).toBeGreaterThan(3000);
  expect(times.filter((ms) => timeText(ms) !== new Date(ms).toISOString())).toEqual([]);
});

it('gives back numbers that are no date', () => {
  expect([LAST_MS + 1, Number.MAX_SAFE_INTEGER, -1, 0.5].map(timeText)).toEqual(['at 8640000000000001', 'at 9007199254740991', 'at -1', 'at 0.5']);
});
