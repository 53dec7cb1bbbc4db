/** Whether a checkpoint that somebody has seen is of the ledger that is here. */
import { equalBytes } from '../base/bytes.ts';
import type { LedgerClient } from '../ledger/client.ts';
import type { Checkpoint } from '../ledger/checkpoint/checkpoint.ts';
import type { NoteKey } from '../ledger/checkpoint/note-key.ts';
import { splitViewOf, type SignedCheckpoint, type SplitView } from '../ledger/checkpoint/split-view.ts';
import { consistencyPath, rootAt, type GetNode } from '../ledger/proofs/merkle-log.ts';

/** What is compared of a block. */
export interface BlockFacts {
  readonly hash: Uint8Array;
  readonly logSize: number;
  readonly logRoot: Uint8Array;
}

/**
 * `same`: this ledger extends it. `other`: it is of another history. `beyond`: it ends before that. `unknown`: what would have to be compared is
 * no longer kept here, or the checkpoint names no block.
 */
export type Comparison = 'same' | 'other' | 'beyond' | 'unknown';

/** `headHeight`: of the ledger here; `block`: at the checkpoint's height, undefined where it is not kept. */
export function compareWithBlock({ block: seen, size, root }: Checkpoint, headHeight: number, block: BlockFacts | undefined): Comparison {
  if (!seen) return 'unknown';
  if (seen.height > headHeight) return 'beyond';
  if (!block) return 'unknown';
  return block.logSize === size && equalBytes(block.logRoot, root) && equalBytes(block.hash, seen.hash) ? 'same' : 'other';
}

export async function compareWithLedger(checkpoint: Checkpoint, ledger: Pick<LedgerClient, 'head' | 'block'>): Promise<Comparison> {
  const { height } = ledger.head();
  const at = checkpoint.block?.height;
  return compareWithBlock(checkpoint, height, at === undefined || at > height ? undefined : await ledger.block(at));
}

/**
 * The proof that the key which signed `seen` has also signed `here`, a checkpoint of a log that does not extend it (or is not extended by
 * it). `node`: of the log that `here` is of, complete at its size. Undefined where the log here is the smaller one: only whoever has the
 * other log could prove it.
 */
export function proveSplitView(key: NoteKey, seen: SignedCheckpoint, here: SignedCheckpoint, node: GetNode): SplitView | undefined {
  const oldSize = seen.checkpoint.size;
  const newSize = here.checkpoint.size;
  if (oldSize > newSize) return undefined;
  return splitViewOf(key, seen, here, { path: consistencyPath(oldSize, newSize, node), root: rootAt(oldSize, node) });
}
