/**
 * A block file that does not begin with the ledger's first block: after the genesis stands the base, what is kept of the blocks before and the
 * state after the newest of them. Pruning, joining by a snapshot and going on with another ledger all leave such a file.
 *
 *   base frame    = CBOR [first, height, [size, [hash, …]]]      blocks first … height; the transaction log before them
 *   genesis frame   of a ledger that is gone on with, before its blocks
 *   pruned frame  = a pruned block, for each of them
 *   chunk frame   = a chunk of the state, as in a snapshot
 *   base frame    = empty: the base ends here
 */
import { compareBytes, equalBytes } from '../../../base/bytes.ts';
import { decodeCbor, encodeCbor } from '../../../base/cbor.ts';
import { fail, ok, type Result } from '../../../base/result.ts';
import type { LedgerState } from '../../../ledger/execution/ledger-state.ts';
import type { Genesis } from '../../../ledger/genesis/genesis.ts';
import type { Frontier } from '../../../ledger/proofs/merkle-log.ts';
import { pathOf } from '../../../ledger/state/hash.ts';
import { stateRootOf, type NodeReader, type StateRef } from '../../../ledger/state/tree.ts';
import { updateState, type StateUpdate } from '../../../ledger/state/update.ts';
import { blockCorrupted, type FrameAt, type Place, type Tail } from './block-file.ts';
import { firstHeight, readHistory, type HistoryBlock } from './history.ts';
import { corrupted, decodeFrontier, decodeStateChunk } from '../snapshots/snapshot-format.ts';

/** Versions of the state tree are heights otherwise. */
const FIRST_VERSION = 2 ** 41;

export interface Base {
  readonly first: number;
  readonly height: number;
  /** The transaction log before the block at `first`. */
  readonly log: Frontier;
}

/** Where what a base has is put. Blocks come first, then the state. */
export interface BaseSink {
  readonly nodes: NodeReader;
  begin(base: Base, payload: Uint8Array): Promise<void>;
  block(block: HistoryBlock, place: Place): Promise<void>;
  state(update: StateUpdate): Promise<void>;
  /** `newest`: the block at the base's height. */
  end(newest: HistoryBlock, place: Place, root: StateRef): Promise<void>;
}

export const encodeBase = ({ first, height, log }: Base): Uint8Array => encodeCbor([first, height, [log.size, log.hashes]]);

export function decodeBase(bytes: Uint8Array): Base | undefined {
  const decoded = decodeCbor(bytes);
  const [first, height, log] = (decoded.ok && Array.isArray(decoded.value) && decoded.value.length === 3 ? decoded.value : []) as unknown[];
  const frontier = decodeFrontier(log);
  const counts = [first, height].every((value) => typeof value === 'number' && value >= 0);
  return frontier && counts ? { first: first as number, height: height as number, log: frontier } : undefined;
}

/**
 * Reads a base, of which `frame` is the first frame and `frames` brings the others, into `sink`, and checks all of it. Returns the state after it; its
 * chain id is that of the ledger that goes on, where the own one starts with the next block.
 */
export async function readBase(
  genesis: Genesis,
  frame: FrameAt,
  frames: AsyncGenerator<FrameAt, Tail>,
  sink: BaseSink,
): Promise<Result<LedgerState>> {
  const base = decodeBase(frame.payload);
  if (!base || base.first > base.height) return fail(blockCorrupted(frame.offset, frame.height, 'the base is malformed'));
  const history = readHistory(genesis, base.first, base.log);
  await sink.begin(base, frame.payload);
  let newest: { readonly block: HistoryBlock; readonly place: Place } | undefined;

  while (history.newest?.header.height !== base.height) {
    const step = await frames.next();
    if (step.done) return fail(blockCorrupted(step.value.end, undefined, 'the base ends too early'));
    const { kind, payload } = step.value;
    if (kind === 'genesis') {
      const known = history.genesis(payload);
      if (!known.ok) return known;
    } else {
      const read = kind === 'pruned' ? history.block(payload) : fail(blockCorrupted(step.value.offset, step.value.height, 'it stands in a base'));
      if (!read.ok) return read;
      if (newest) await sink.block(newest.block, newest.place);
      newest = { block: read.value, place: step.value };
    }
  }
  const { header, hash } = history.newest;
  const fault = lastFault(genesis, history.newest);
  if (fault !== undefined) return corrupted(fault);
  const root = await readState(frames, sink);
  if (!root.ok) return root;
  if (!equalBytes(stateRootOf(root.value), header.stateRoot)) return corrupted('the state is not the one of the block’s header');
  await sink.end(newest!.block, newest!.place, root.value);
  const { chainId, height, time } = header;
  return ok({ chainId, height, time, blockHash: hash, root: root.value, log: history.log });
}

/** The newest block is one of this ledger, or the one that the genesis names. */
function lastFault(
  genesis: Genesis,
  { header, hash }: { readonly header: { readonly chainId: string; readonly height: number }; readonly hash: Uint8Array },
) {
  if (header.chainId === genesis.chainId) return undefined;
  const { previous } = genesis;
  const isNamed = header.height === firstHeight(genesis) - 1 && previous !== null && equalBytes(previous.headerHash, hash);
  return isNamed ? undefined : 'its last block is not the one that the genesis goes on with';
}

async function readState(frames: AsyncGenerator<FrameAt, Tail>, sink: BaseSink): Promise<Result<StateRef>> {
  let root: StateRef;
  let chunk = 0;
  let before: Uint8Array | undefined;
  for (;;) {
    const step = await frames.next();
    if (!step.done && step.value.kind === 'base' && step.value.payload.length === 0) return ok(root);
    if (step.done || step.value.kind !== 'chunk')
      return fail(blockCorrupted(step.done ? step.value.end : step.value.offset, undefined, 'a chunk of the base is missing'));
    const leaves = decodeStateChunk(step.value.payload);
    if (!leaves.ok) return leaves;
    const writes = leaves.value.map(({ key, value }) => ({ key, value, path: pathOf(key) }));
    for (const { path } of writes) {
      if (before && compareBytes(before, path) >= 0) return corrupted('the keys of the state are not in order');
      before = path;
    }
    // A version for each chunk, beyond all heights: nodes of one version share pages, which are to stay small.
    const update = updateState(sink.nodes, root, FIRST_VERSION + chunk++, writes);
    await sink.state(update);
    ({ root } = update);
  }
}
