/**
 * Which entries were in which batch, found again from the ledger and the log: each commitment is compared with what it would be for none,
 * one, two, … of the entries that are next. For databases whose batches were damaged, or that are older than the ledger.
 */
import { setImmediate as turn } from 'node:timers/promises';
import { equalBytes } from '../base/bytes.ts';
import { batchCommitment, MAX_BATCH_ENTRIES } from '../ledger/proofs/batch.ts';
import { appendLeaf, emptyFrontier, frontierRoot } from '../ledger/proofs/merkle-log.ts';
import { batchBlinder, LEAF_BYTES, leavesOf, type Batch } from './batch-commitment.ts';
import type { LedgerAnchor } from './ledger-anchors.ts';

/** Sizes tried before others get their turn. */
const SLICE = 512;

export type Recovered = { readonly anchor: LedgerAnchor } & ({ readonly batch: Batch } | { readonly batch: undefined });

/**
 * In order; the last one has no batch when no row of the next entries is what was anchored: entries are missing or were altered.
 * `leavesFrom` gives at most so many leaves from a position of the log on.
 */
export async function* recoverBatches(
  key: Uint8Array,
  anchors: AsyncIterable<LedgerAnchor>,
  from: number,
  leavesFrom: (first: number, limit: number) => Promise<Uint8Array>,
): AsyncGenerator<Recovered> {
  let first = from;
  // Read on as needed: most batches are small, and each is tried from its first entry.
  let ahead: { readonly first: number; readonly leaves: Uint8Array } = { first: 0, leaves: new Uint8Array(0) };
  const leavesAt = async (position: number): Promise<Uint8Array> => {
    const held = ahead.leaves.subarray((position - ahead.first) * LEAF_BYTES);
    if (position >= ahead.first && held.length >= MAX_BATCH_ENTRIES * LEAF_BYTES) return held;
    ahead = { first: position, leaves: await leavesFrom(position, 2 * MAX_BATCH_ENTRIES) };
    return ahead.leaves;
  };
  for await (const anchor of anchors) {
    const size = await sizeFor(key, anchor, first, leavesAt);
    if (size === undefined) return yield { anchor, batch: undefined };
    const leaves = size === 0 ? new Uint8Array(0) : (await leavesAt(first)).subarray(0, size * LEAF_BYTES);
    yield { anchor, batch: { number: anchor.number, first, leaves } };
    first += size;
  }
}

async function sizeFor(
  key: Uint8Array,
  { number, commitment }: LedgerAnchor,
  first: number,
  leavesAt: (first: number) => Promise<Uint8Array>,
): Promise<number | undefined> {
  const blinder = batchBlinder(key, { number, first });
  let frontier = emptyFrontier;
  const holds = (): boolean => equalBytes(batchCommitment(blinder, frontier.size, frontierRoot(frontier)), commitment);
  if (holds()) return 0;
  for (const leaf of leavesOf((await leavesAt(first)).subarray(0, MAX_BATCH_ENTRIES * LEAF_BYTES))) {
    frontier = appendLeaf(frontier, leaf);
    if (holds()) return frontier.size;
    if (frontier.size % SLICE === 0) await turn();
  }
  return undefined;
}
