/** Receipts with changes in them: never an exception, never a receipt that holds. No byte of a receipt is without meaning. */
import { describe, expect, it } from 'vitest';
import { verifyEntryReceipt } from '../../../src/ledger/verify/entry.ts';
import { verifyLedgerReceipt } from '../../../src/ledger/verify/ledger.ts';
import { makeEntryReceipt, seeded, trust } from '../../support/receipts.ts';

const SEED = 20261123;

function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

const one = makeEntryReceipt({ entries: 6, entry: 2, transactions: 7, transaction: 4 }).receipt;
const other = makeEntryReceipt({ entries: 6, entry: 3, transactions: 7, transaction: 5 }).receipt;
const same = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;

describe('changed receipts', () => {
  it('fail for every single changed bit', { timeout: 60_000 }, () => {
    const unnoticed: number[] = [];
    for (let bit = 0; bit < one.length * 8; bit++) {
      const changed = one.with(bit >> 3, one[bit >> 3]! ^ (1 << (bit & 7)));
      if (verifyEntryReceipt(changed, { trust }).verdict !== 'failed') unnoticed.push(bit);
    }
    expect(unnoticed).toEqual([]);
    expect(verifyEntryReceipt(one, { trust }).verdict).toBe('held');
  });

  it('fail also when nobody says whom to trust', { timeout: 60_000 }, () => {
    for (let at = 0; at < one.length; at++) expect(verifyEntryReceipt(one.with(at, one[at]! ^ 0x40)).verdict, `byte ${at}`).toBe('failed');
    expect(verifyEntryReceipt(one).verdict).toBe('incomplete');
  });

  it(`fail after 14,000 random changes (seed ${SEED})`, { timeout: 60_000 }, () => {
    const random = generator(SEED);
    const piece = (of: Uint8Array): Uint8Array => of.slice(random(of.length), random(of.length) + 1 + random(80));
    const mutations: readonly ((bytes: Uint8Array) => Uint8Array)[] = [
      (bytes) => bytes.map((byte) => (random(200) === 0 ? random(256) : byte)),
      (bytes) => bytes.with(random(bytes.length), random(256)),
      (bytes) => bytes.slice(0, random(bytes.length)),
      (bytes) => bytes.slice(random(bytes.length)),
      (bytes) => Uint8Array.from([...bytes.slice(0, random(bytes.length)), ...piece(bytes), ...bytes.slice(random(bytes.length))]),
      // Parts of another receipt that holds, at the same place: opening, path, anchor or ledger receipt of another entry.
      (bytes) => {
        const from = random(bytes.length);
        const to = from + 1 + random(200);
        return bytes.map((byte, i) => (i >= from && i < to ? other[i]! : byte));
      },
      (bytes) => Uint8Array.from(bytes, () => random(256)),
    ];
    let judged = 0;
    for (let round = 0; round < 14_000; round++) {
      const changed = mutations[round % mutations.length]!(one);
      if (same(changed, one) || same(changed, other)) continue;
      judged++;
      const { verdict, steps } = verifyEntryReceipt(changed, { trust });
      expect(verdict, `round ${round}`).toBe('failed');
      expect(steps.length).toBe(8);
    }
    expect(judged).toBeGreaterThan(13_000);
  });

  it('hold as ledger receipts for no other transaction and no other bytes', { timeout: 60_000 }, () => {
    const { ledger } = makeEntryReceipt({ entries: 1, entry: 0, transactions: 5, transaction: 4 });
    for (let at = 0; at < ledger.length; at++) {
      expect(verifyLedgerReceipt(ledger.with(at, ledger[at]! ^ 1), seeded('transaction'), trust).verdict).toBe('failed');
    }
    for (const hash of [new Uint8Array(0), new Uint8Array(31), new Uint8Array(33)])
      expect(verifyLedgerReceipt(ledger, hash, trust).verdict).toBe('failed');
  });

  it('are refused when they are huge, before anything is done with them', () => {
    const huge = new Uint8Array(50_000_000);
    const started = performance.now();
    expect(verifyEntryReceipt(huge, { trust }).verdict).toBe('failed');
    expect(verifyLedgerReceipt(huge, seeded('transaction'), trust).verdict).toBe('failed');
    expect(performance.now() - started).toBeLessThan(100);
  });
});
