/** The Merkle tree over one batch, for paths: its full subtrees, level by level, hashes one after another. */
import { setImmediate as turn } from 'node:timers/promises';
import { inclusionPath, nodeHash } from '../ledger/proofs/merkle-log.ts';
import { LEAF_BYTES } from './batch-commitment.ts';

/** Nodes made before others get their turn: a few milliseconds. */
const SLICE = 4096;

export interface BatchTree {
  readonly size: number;
  /** RFC 9162 §2.1.3.1. Throws a `RangeError` unless 0 ≤ index < size. */
  path(index: number): readonly Uint8Array[];
}

const hashAt = (hashes: Uint8Array, index: number): Uint8Array => hashes.subarray(index * LEAF_BYTES, (index + 1) * LEAF_BYTES);

export async function batchTree(leaves: Uint8Array): Promise<BatchTree> {
  const size = leaves.length / LEAF_BYTES;
  const levels = [leaves];
  for (let count = Math.floor(size / 2); count > 0; count = Math.floor(count / 2)) {
    const below = levels.at(-1)!;
    const level = new Uint8Array(count * LEAF_BYTES);
    for (let index = 0; index < count; index++) {
      if (index % SLICE === SLICE - 1) await turn();
      level.set(nodeHash(hashAt(below, 2 * index), hashAt(below, 2 * index + 1)), index * LEAF_BYTES);
    }
    levels.push(level);
  }
  return { size, path: (index) => inclusionPath(index, size, (level, at) => hashAt(levels[level]!, at)) };
}
