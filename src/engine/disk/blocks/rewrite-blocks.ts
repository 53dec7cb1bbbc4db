/** What block files that begin with a base are made of, taken from another block file. */
import { unwrap } from '../../../base/result.ts';
import { decodeBlock } from '../../../ledger/block/block.ts';
import { pruneBlock } from '../../../ledger/block/pruned-block.ts';
import type { LedgerState } from '../../../ledger/execution/ledger-state.ts';
import { encodeGenesis, type Genesis } from '../../../ledger/genesis/genesis.ts';
import { emptyFrontier } from '../../../ledger/proofs/merkle-log.ts';
import type { NodeReader } from '../../../ledger/state/tree.ts';
import { decodeBase, type Base } from './base.ts';
import { readFrames } from './block-file.ts';
import { firstHeight } from './history.ts';
import { stateChunks } from '../snapshots/snapshot-parts.ts';
import type { Storage } from './storage.ts';
import type { FrameWriter } from './write-base.ts';

/** The base of a file, or what stands for it where blocks begin with the ledger's first: nothing is pruned then (`height` is before the first). */
export async function baseOfFile(storage: Storage, genesis: Genesis): Promise<Base> {
  for await (const { kind, payload } of readFrames(storage)) {
    const base = kind === 'base' ? decodeBase(payload) : undefined;
    if (base) return base;
    if (kind !== 'genesis') break;
  }
  return { first: firstHeight(genesis), height: firstHeight(genesis) - 1, log: emptyFrontier };
}

/** Blocks up to a height as pruned blocks, with the geneses of the ledgers before that they are of. `own`: where the file's own genesis goes too. */
export async function copyPruned(storage: Storage, writer: FrameWriter, upTo: number, own?: Genesis): Promise<void> {
  if (own) await writer.frame('genesis', 0, encodeGenesis(own));
  let isFirst = true;
  for await (const { kind, height, payload } of readFrames(storage)) {
    if (kind === 'genesis' && !isFirst) await writer.frame('genesis', height, payload);
    isFirst = false;
    if (kind === 'pruned') await writer.frame('pruned', height, payload);
    if (kind === 'block' && height <= upTo) await writer.frame('pruned', height, pruneBlock(unwrap(decodeBlock(payload))));
  }
}

export async function copyState(nodes: NodeReader, state: LedgerState, writer: FrameWriter): Promise<void> {
  let number = 0;
  for (const chunk of stateChunks({ nodes, state })) if (chunk) await writer.frame('chunk', number++, chunk);
}

/** Blocks after a height, and all attestations. */
export async function copyRest(storage: Storage, writer: FrameWriter, after: number): Promise<void> {
  for await (const { kind, height, payload } of readFrames(storage))
    if (kind === 'attestation' || (kind === 'block' && height > after)) await writer.frame(kind, height, payload);
}
