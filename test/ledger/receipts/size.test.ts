import { describe, expect, it } from 'vitest';
import { MAX_BATCH_ENTRIES, MAX_BATCH_PATH } from '../../../src/ledger/proofs/batch.ts';
import { inclusionPlan } from '../../../src/ledger/proofs/merkle-log.ts';
import { verifyEntryReceipt } from '../../../src/ledger/verify/entry.ts';
import { makeEntryReceipt, trust } from '../../support/receipts.ts';

const HUNDRED_MILLION = 100_000_000;

/** Bytes of a receipt with paths of these lengths. */
function sizeOf(entries: number, entry: number, transactions: number, transaction: number): number {
  const made = makeEntryReceipt({ entries, entry, transactions, transaction });
  expect(verifyEntryReceipt(made.receipt, { content: made.content, trust }).verdict).toBe('held');
  return made.receipt.length;
}

describe('the size of an entry receipt', () => {
  it('is at most 2.5 kB on a ledger of 100 million transactions, whatever the batch and the position', () => {
    // No path in either tree is longer than the first leaf's.
    expect(inclusionPlan(0, MAX_BATCH_ENTRIES).length).toBe(MAX_BATCH_PATH);
    expect(inclusionPlan(0, HUNDRED_MILLION).length).toBe(27);
    expect(sizeOf(MAX_BATCH_ENTRIES, 0, HUNDRED_MILLION, 0)).toBeLessThanOrEqual(2500);
  });

  it('is at most 1.8 kB in the middle when it is made as nodes make it: at the block after the entry, in a batch of hundreds', () => {
    const sizes: number[] = [];
    for (let i = 0; i < 1000; i++) {
      const entries = 100 + ((i * 7919) % 900);
      const transactions = HUNDRED_MILLION - 7_654_321 + i * 14_983;
      sizes.push(sizeOf(entries, (i * 37) % entries, transactions, transactions - 1 - (i % 5)));
    }
    sizes.sort((a, b) => a - b);
    expect(sizes[500]).toBeLessThanOrEqual(1800);
    expect(sizes[989]).toBeLessThanOrEqual(2100);
  });
});
