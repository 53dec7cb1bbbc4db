import { describe, expect, it } from 'vitest';
import { inclusionPlan } from '../../../src/ledger/proofs/merkle-log.ts';
import { verifyEntryReceipt } from '../../../src/ledger/verify/entry.ts';
import { makeEntryReceipt, trust } from '../../support/receipts.ts';

const HUNDRED_MILLION = 100_000_000;

/** Bytes of a receipt with paths of these lengths. */
function sizeOf(entries: number, entry: number, transactions: number, transaction: number): number {
  const made = makeEntryReceipt({ entries, entry, transactions, transaction, consistency: 28 });
  expect(verifyEntryReceipt(made.receipt, { content: made.content, trust }).verdict).toBe('held');
  return made.receipt.length;
}

describe('the size of an entry receipt', () => {
  it('is at most 2.5 kB for any entry of a log of 100 million, on a ledger of half a million transactions', () => {
    // No path in either tree is longer than the first leaf's.
    expect(inclusionPlan(0, HUNDRED_MILLION).length).toBe(27);
    expect(sizeOf(HUNDRED_MILLION, 0, 2 ** 19, 0)).toBeLessThanOrEqual(2500);
  });

  it('is at most 2.8 kB in the worst case of a ledger of 100 million transactions', () => {
    expect(sizeOf(HUNDRED_MILLION, 0, HUNDRED_MILLION, 0)).toBeLessThanOrEqual(2800);
  });

  it('is at most 2.5 kB there in 99 of 100 cases when it is made as nodes make it: at the first anchor and block after the entry', () => {
    // Entries of the last 5 s before the anchor, transactions of the last block: both near the right edge, where paths are shorter.
    const sizes: number[] = [];
    for (let i = 0; i < 1000; i++) {
      const entries = HUNDRED_MILLION - 1_234_567 + i * 2459;
      const transactions = HUNDRED_MILLION - 7_654_321 + i * 14_983;
      sizes.push(sizeOf(entries, entries - 1 - ((i * 37) % 4000), transactions, transactions - 1 - (i % 5)));
    }
    sizes.sort((a, b) => a - b);
    expect(sizes[989]).toBeLessThanOrEqual(2500);
    expect(sizes[500]).toBeLessThanOrEqual(2200);
  });
});
