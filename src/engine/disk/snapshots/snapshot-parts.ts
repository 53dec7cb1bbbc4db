/** The chunks of a snapshot, made one after another from what the disk has; each is asked for when there is time. */
import type { LedgerState } from '../../../ledger/execution/ledger-state.ts';
import type { Genesis } from '../../../ledger/genesis/genesis.ts';
import { frontierAt, type Frontier, type GetNode } from '../../../ledger/proofs/merkle-log.ts';
import type { Leaf } from '../../../ledger/state/node.ts';
import { leavesOf } from '../../../ledger/state/leaves.ts';
import type { NodeReader } from '../../../ledger/state/tree.ts';
import type { SealedHeader } from '../ledger-disk.ts';
import { encodeHistoryChunk, encodeStateChunk, historyStart } from './snapshot-format.ts';

/** What is put into a chunk before it counts as full; an item may go beyond it and stays below the limit. */
const CHUNK_BYTES = 400_000;
/** Leaves between two pauses: about a millisecond. */
const LEAVES_AT_A_TIME = 200;

export interface SnapshotSource {
  readonly genesis: Genesis;
  /** The state of which the snapshot is. */
  readonly state: LedgerState;
  readonly nodes: NodeReader;
  readonly logNode: GetNode;
  header(height: number): Promise<SealedHeader>;
  /** Bytes of the pruned block. */
  prunedBlock(height: number): Promise<Uint8Array>;
}

/** Height and log at which the history begins. */
export async function historyBegin({ genesis, state, header, logNode }: SnapshotSource): Promise<{ readonly first: number; readonly log: Frontier }> {
  const first = historyStart(genesis, state.height);
  const { logSize, txCount } = (await header(first)).header;
  return { first, log: frontierAt(logSize - txCount, logNode) };
}

export async function* historyChunks(source: SnapshotSource, first: number): AsyncGenerator<Uint8Array> {
  let blocks: Uint8Array[] = [];
  let bytes = 0;
  for (let height = first; height <= source.state.height; height++) {
    const block = await source.prunedBlock(height);
    if (bytes > 0 && bytes + block.length > CHUNK_BYTES) {
      yield encodeHistoryChunk(blocks);
      blocks = [];
      bytes = 0;
    }
    blocks.push(block);
    bytes += block.length;
  }
  yield encodeHistoryChunk(blocks);
}

/** Undefined: a pause, for others. */
export function* stateChunks({ nodes, state }: Pick<SnapshotSource, 'nodes' | 'state'>): Generator<Uint8Array | undefined> {
  let leaves: Leaf[] = [];
  let bytes = 0;
  let count = 0;
  for (const { key, value } of leavesOf(nodes, state.root)) {
    if (bytes > 0 && bytes + key.length + value.length > CHUNK_BYTES) {
      yield encodeStateChunk(leaves);
      leaves = [];
      bytes = 0;
    }
    leaves.push({ key, value });
    bytes += key.length + value.length + 6;
    if (++count % LEAVES_AT_A_TIME === 0) yield undefined;
  }
  yield encodeStateChunk(leaves);
}
