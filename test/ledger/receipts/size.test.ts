import { describe, expect, it } from 'vitest';
import { MAX_BATCH_ENTRIES, MAX_BATCH_PATH } from '../../../src/ledger/proofs/batch.ts';
import { inclusionPlan } from '../../../src/ledger/proofs/merkle-log.ts';
import { verifyEntryReceipt } from '../../../src/ledger/verify/entry.ts';
import { attestCommit } from '../../../src/ledger/attestation/cometbft-attestation.ts';
import { knownSet, type Trust } from '../../../src/ledger/attestation/trust.ts';
import { appHash } from '../../../src/ledger/block/header.ts';
import { unwrap } from '../../../src/base/result.ts';
import { consensusBlock, signers } from '../../support/consensus.ts';
import { makeEntryReceipt, otherSeed, trust, type Shape, type Twist } from '../../support/receipts.ts';

const HUNDRED_MILLION = 100_000_000;

/** As nodes make receipts: batches of hundreds, transactions of the newest block of a ledger of about a hundred million. */
const shapes = (): readonly Shape[] =>
  Array.from({ length: 250 }, (_, i) => {
    const entries = 100 + ((i * 7919) % 900);
    const transactions = HUNDRED_MILLION - 7_654_321 + i * 59_929;
    return { entries, entry: (i * 37) % entries, transactions, transaction: transactions - 1 - (i % 5) };
  });

describe('the size of an entry receipt', () => {
  // No path in either tree is longer than the first leaf's.
  const worst: Shape = { entries: MAX_BATCH_ENTRIES, entry: 0, transactions: HUNDRED_MILLION, transaction: 0 };
  const set = signers({ a: 10, b: 10, c: 10, d: 10 });
  const fromValidators: Twist = {
    attest: (hash, { height, time }) =>
      unwrap(attestCommit(consensusBlock({ height: height + 1, signers: set, appHash: appHash(hash), time, absent: [3] }))),
    coseSeed: otherSeed,
  };
  const validators: Trust = {
    chainId: trust.chainId,
    validators: [
      knownSet(
        1,
        set.map(({ key, power }) => ({ key, power })),
      ),
    ],
  };

  /** Bytes of a receipt that holds. */
  function sizeOf(shape: Shape, twist: Twist = {}, believed: Trust = trust): number {
    const { receipt, content } = makeEntryReceipt(shape, twist);
    expect(verifyEntryReceipt(receipt, { content, trust: believed }).verdict).toBe('held');
    return receipt.length;
  }
  const sizeFromValidators = (shape: Shape): number => sizeOf(shape, fromValidators, validators);

  it('is at most 2.2 kB on a ledger of 100 million transactions, whatever the batch and the position', () => {
    expect(inclusionPlan(0, MAX_BATCH_ENTRIES).length).toBe(MAX_BATCH_PATH);
    expect(inclusionPlan(0, HUNDRED_MILLION).length).toBe(27);
    expect(sizeOf(worst)).toBeLessThanOrEqual(2200);
  });

  it('is at most 2.5 kB there with the signatures of three of four validators, at whatever position, for batches of up to a thousand', () => {
    expect(sizeFromValidators({ ...worst, entries: 1000 })).toBeLessThanOrEqual(2450);
  });

  it('is above that, there, only in the largest batches or for an anchor among other operations', () => {
    expect(sizeFromValidators(worst)).toBeLessThanOrEqual(2650);
    expect(sizeFromValidators({ ...worst, entries: 400, beside: 99 })).toBeLessThanOrEqual(2650);
  });

  it('is at most 1.6 kB in the middle when it is made as nodes make it, 2 kB with the signatures: at the block after the entry, in a batch of hundreds', () => {
    const made = shapes();
    for (const [of, middle, largest] of [
      [sizeOf, 1600, 1850],
      [sizeFromValidators, 2050, 2300],
    ] as const) {
      const sizes = made.map((shape) => of(shape)).sort((a, b) => a - b);
      expect(sizes[125]).toBeLessThanOrEqual(middle);
      expect(sizes.at(-1)).toBeLessThanOrEqual(largest);
    }
  });
});
