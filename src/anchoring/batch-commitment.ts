/**
 * What a batch is on the ledger. The blinder follows from the batch's number and from how many entries are in batches before it, under a
 * key of the organisation's: nothing secret has to be stored, a commitment can be made again from the entries alone, and the newest
 * commitment, that of an empty batch too, says to whoever has the key how long the log has to be at least.
 */
import { createHmac } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import { concat, uint64 } from '../base/bytes.ts';
import { batchCommitment } from '../ledger/proofs/batch.ts';
import { appendLeaves, emptyFrontier, frontierRoot } from '../ledger/proofs/merkle-log.ts';

export const LEAF_BYTES = 32;
/** Leaves hashed before others get their turn: a few milliseconds. */
const SLICE = 4096;

export interface Batch {
  /** From 1. */
  readonly number: number;
  /** Position in the log of its first entry: how many entries earlier batches have. */
  readonly first: number;
  /** The leaves of its entries, one after another. */
  readonly leaves: Uint8Array;
}

export const sizeOf = ({ leaves }: Pick<Batch, 'leaves'>): number => leaves.length / LEAF_BYTES;
/** Position behind its last entry. */
export const endOf = (batch: Pick<Batch, 'first' | 'leaves'>): number => batch.first + sizeOf(batch);

export const batchBlinder = (key: Uint8Array, { number, first }: Pick<Batch, 'number' | 'first'>): Uint8Array =>
  new Uint8Array(
    createHmac('sha256', key)
      .update(concat(uint64(number), uint64(first)))
      .digest(),
  );

export const leavesOf = (leaves: Uint8Array, from = 0, until = leaves.length / LEAF_BYTES): readonly Uint8Array[] =>
  Array.from({ length: until - from }, (_, i) => leaves.subarray((from + i) * LEAF_BYTES, (from + i + 1) * LEAF_BYTES));

export async function batchRoot(leaves: Uint8Array): Promise<Uint8Array> {
  const size = leaves.length / LEAF_BYTES;
  let frontier = emptyFrontier;
  for (let at = 0; at < size; at += SLICE) {
    if (at > 0) await turn();
    frontier = appendLeaves(frontier, leavesOf(leaves, at, Math.min(at + SLICE, size)));
  }
  return frontierRoot(frontier);
}

/** Throws a `RangeError` where number, place or leaves are none. */
export const commitmentOf = async (key: Uint8Array, batch: Batch): Promise<Uint8Array> =>
  batchCommitment(batchBlinder(key, batch), sizeOf(batch), await batchRoot(batch.leaves));
