import { describe, expect, it } from 'vitest';
import { MAX_BATCH_ENTRIES, MAX_BATCH_PATH } from '../../../src/ledger/proofs/batch.ts';
import { inclusionPlan } from '../../../src/ledger/proofs/merkle-log.ts';
import { verifyEntryReceipt } from '../../../src/ledger/verify/entry.ts';
import { attestCommit } from '../../../src/ledger/attestation/cometbft-attestation.ts';
import { appHash } from '../../../src/ledger/block/header.ts';
import { unwrap } from '../../../src/base/result.ts';
import { consensusBlock, signers } from '../../support/consensus.ts';
import { makeEntryReceipt, otherSeed, trust, type Shape, type Twist } from '../../support/receipts.ts';

const HUNDRED_MILLION = 100_000_000;

/** Bytes of a receipt with paths of these lengths. */
function sizeOf(entries: number, entry: number, transactions: number, transaction: number): number {
  const made = makeEntryReceipt({ entries, entry, transactions, transaction });
  expect(verifyEntryReceipt(made.receipt, { content: made.content, trust }).verdict).toBe('held');
  return made.receipt.length;
}

/** As nodes make receipts: batches of hundreds, transactions of the newest block of a ledger of about a hundred million. */
const shapes = (): readonly Shape[] =>
  Array.from({ length: 250 }, (_, i) => {
    const entries = 100 + ((i * 7919) % 900);
    const transactions = HUNDRED_MILLION - 7_654_321 + i * 59_929;
    return { entries, entry: (i * 37) % entries, transactions, transaction: transactions - 1 - (i % 5) };
  });

describe('the size of an entry receipt', () => {
  it('is at most 2.5 kB on a ledger of 100 million transactions, whatever the batch and the position', () => {
    // No path in either tree is longer than the first leaf's.
    expect(inclusionPlan(0, MAX_BATCH_ENTRIES).length).toBe(MAX_BATCH_PATH);
    expect(inclusionPlan(0, HUNDRED_MILLION).length).toBe(27);
    expect(sizeOf(MAX_BATCH_ENTRIES, 0, HUNDRED_MILLION, 0)).toBeLessThanOrEqual(2500);
  });

  it('is at most 2.5 kB there with the signatures of three of four validators, for a batch of hundreds at the block after the entry', () => {
    const set = signers({ a: 10, b: 10, c: 10, d: 10 });
    const attest: Twist['attest'] = (hash, { height, time }) =>
      unwrap(attestCommit(consensusBlock({ height: height + 1, signers: set, appHash: appHash(hash), time, absent: [3] })));
    const sizes = shapes().map((shape) => {
      const { receipt, content } = makeEntryReceipt(shape, { attest, coseSeed: otherSeed });
      expect(verifyEntryReceipt(receipt, { content }).steps.filter(({ state }) => state === 'failed')).toEqual([]);
      return receipt.length;
    });
    sizes.sort((a, b) => a - b);
    expect(sizes.at(-1)).toBeLessThanOrEqual(2500);
  });

  it('is at most 1.8 kB in the middle when it is made as nodes make it: at the block after the entry, in a batch of hundreds', () => {
    const sizes = shapes().map(({ entries, entry, transactions, transaction }) => sizeOf(entries, entry, transactions, transaction));
    sizes.sort((a, b) => a - b);
    expect(sizes[125]).toBeLessThanOrEqual(1800);
    expect(sizes.at(-1)).toBeLessThanOrEqual(2100);
  });
});
