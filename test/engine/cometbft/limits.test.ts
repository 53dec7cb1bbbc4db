import { expect, it } from 'vitest';
import { ok } from '../../../src/base/result.ts';
import { Filling, MAX_BLOCK_OPERATIONS, MAX_BLOCK_TRANSACTION_BYTES } from '../../../src/engine/cometbft/application/limits.ts';
import { isAcceptableProposal } from '../../../src/engine/cometbft/application/proposals.ts';
import { encodeBlock, MAX_BLOCK_BYTES, MAX_BLOCK_TRANSACTIONS } from '../../../src/ledger/block/block.ts';
import type { CheckedTransaction } from '../../../src/ledger/transaction/check.ts';
import { requestFrame } from '../../support/abci-driver/requests.ts';
import { random } from '../../support/ledger.ts';

const transaction = (bytes: number, operations = 1): CheckedTransaction =>
  ({ bytes: { length: bytes }, operations: { length: operations } }) as unknown as CheckedTransaction;

function fill(each: CheckedTransaction, limit?: number): number {
  const filling = new Filling(limit);
  let count = 0;
  while (filling.add(each)) count++;
  return count;
}

it('stops at each limit of a block', () => {
  expect(fill(transaction(100))).toBe(MAX_BLOCK_TRANSACTIONS);
  expect(fill(transaction(100, 4_096))).toBe(MAX_BLOCK_OPERATIONS / 4_096);
  expect(fill(transaction(262_144))).toBe(Math.floor(MAX_BLOCK_TRANSACTION_BYTES / 262_144));
});

it('has no vote for a proposal with more', () => {
  const proposal = (count: number, operations: number): boolean =>
    isAcceptableProposal(
      Array.from({ length: count }, () => ok({ ...transaction(100, operations), hash: random(32) })),
      () => false,
    );
  const most = MAX_BLOCK_OPERATIONS / 4_096;
  expect(proposal(most, 4_096)).toBe(true);
  expect(proposal(most + 1, 4_096)).toBe(false);
  expect(proposal(MAX_BLOCK_TRANSACTIONS, 1)).toBe(true);
  expect(proposal(MAX_BLOCK_TRANSACTIONS + 1, 1)).toBe(false);
});

it('counts as the engine does, with a tag and the length of each', () => {
  for (const size of [1, 127, 128, 16_383, 16_384, 200_000]) {
    const framed = requestFrame({ processProposal: { txs: [new Uint8Array(size), new Uint8Array(size)] } }).length;
    const one = requestFrame({ processProposal: { txs: [new Uint8Array(size)] } }).length;
    // What the second adds to the request, but for a longer length around it.
    const each = framed - one - (framed > 16_384 && one <= 16_384 ? 1 : 0);
    expect(fill(transaction(size), 3 * each + each - 1)).toBe(3);
  }
});

it('leaves room for the header and the lengths in a stored block', () => {
  const most = Math.floor(MAX_BLOCK_TRANSACTION_BYTES / MAX_BLOCK_TRANSACTIONS);
  const transactions = Array.from({ length: MAX_BLOCK_TRANSACTIONS }, () => new Uint8Array(most));
  expect(encodeBlock(new Uint8Array(1_024), transactions, new Uint8Array(1_024)).length).toBeLessThanOrEqual(MAX_BLOCK_BYTES);
});
