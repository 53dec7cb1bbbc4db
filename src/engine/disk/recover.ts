/**
 * What happens between opening the files and making the first block. The block file is the truth: an unfinished frame at its end was
 * never acknowledged and goes; blocks that the index does not have yet are executed again; an index that contradicts the blocks is made
 * anew. What may not happen silently is that a committed block disappears: the index remembers how far the ledger had come.
 */
import { equalBytes } from '../../base/bytes.ts';
import { codedError } from '../../base/errors.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import { decodeBlock, type Block } from '../../ledger/block/block.ts';
import { sealsOf } from '../../ledger/block/seal.ts';
import type { Execution } from '../../ledger/execution/execute-block.ts';
import type { LedgerState, LedgerStore } from '../../ledger/execution/ledger-state.ts';
import { verifyBlock } from '../../ledger/execution/verify-block.ts';
import { decodeGenesis } from '../../ledger/genesis/decode-genesis.ts';
import { ledgerErrors } from '../../ledger/errors.ts';
import { executeGenesis } from '../../ledger/genesis/genesis-block.ts';
import type { Genesis } from '../../ledger/genesis/genesis.ts';
import { blockCorrupted, readFrames, type FrameAt, type Tail } from './blocks/block-file.ts';
import { engineErrors } from './errors.ts';
import { FILE_MARK, isEarlierMark } from './blocks/frame.ts';
import { readBase } from './blocks/base.ts';
import { indexSink, type WritableIndex } from './index/base-sinks.ts';
import { firstHeight } from './blocks/history.ts';
import { attestationEntry, baseKey, entriesOf } from './index/index-entries.ts';
import type { IndexReader } from './index/index-port.ts';
import { blockEntry, indexedHeight, ledgerStoreOf, stateAt } from './index/index-view.ts';
import type { Storage } from './blocks/storage.ts';

/** What was found and done when the ledger was opened. */
export interface Recovery {
  /** Bytes of an unfinished block that were cut off: it was never acknowledged. */
  readonly tornBytes: number;
  /** Blocks that were executed again, because the index did not have them. */
  readonly replayedBlocks: number;
  /** Why the index was made anew; undefined: it was not. */
  readonly indexRebuilt: string | undefined;
}

/** The genesis frame, which every block file starts with. `ledger.old-genesis` where an earlier pre-release wrote the file. */
export async function readGenesis(storage: Storage): Promise<Result<{ readonly genesis: Genesis; readonly end: number }>> {
  if (isEarlierMark(await storage.read(0, FILE_MARK.length))) return fail(codedError(ledgerErrors, 'ledger.old-genesis'));
  const first = await readFrames(storage, FILE_MARK.length).next();
  if (first.done)
    return fail(blockCorrupted(first.value.end, undefined, first.value.kind === 'damaged' ? first.value.why : 'the genesis is not there'));
  if (first.value.kind !== 'genesis') return fail(blockCorrupted(first.value.offset, undefined, 'the genesis is not there'));
  const genesis = decodeGenesis(first.value.payload);
  return genesis.ok ? ok({ genesis: genesis.value, end: first.value.end }) : genesis;
}

export interface Surveyed {
  /** Where the next frame goes. */
  readonly end: number;
  /** Bytes of an unfinished frame after it. */
  readonly tornBytes: number;
  readonly height: number;
  /** What follows the newest block of the index: the height of the next one, and where the frames after it begin. */
  readonly replayFrom: { readonly height: number; readonly offset: number };
}

export interface SurveyOptions {
  /** Larger files are read from the newest block of the index on, not from their beginning. */
  readonly fullCheckBytes: number;
  /** Don't ask the index how far the ledger had come. */
  readonly acceptLoss: boolean;
}

/** Compares the block file with how far the index had come. `engine.block-corrupted`, `engine.blocks-missing`. Changes nothing. */
export async function survey(
  storage: Storage,
  genesis: Genesis,
  genesisEnd: number,
  index: IndexReader,
  { fullCheckBytes, acceptLoss }: SurveyOptions,
): Promise<Result<Surveyed>> {
  const indexed = acceptLoss ? undefined : indexedHeight(index);
  const known = indexed === undefined ? undefined : blockEntry(index, indexed);
  const from = known && storage.size() > fullCheckBytes ? known.offset : genesisEnd;

  let replayFrom: Surveyed['replayFrom'] = { height: firstHeight(genesis), offset: genesisEnd };
  let height = from === genesisEnd ? replayFrom.height - 1 : indexed! - 1;
  /** Whether frames of a base may stand here, and where the newest of them ends. */
  let inBase = from !== genesisEnd && known!.pruned !== 'no';
  let baseEnd: number | undefined;
  let any = false;
  const frames = readFrames(storage, from);
  let step = await frames.next();
  for (; !step.done; step = await frames.next()) {
    const frame = step.value;
    if (frame.kind === 'base' && !any && from === genesisEnd) {
      const differs = indexed !== undefined && !sameBase(index, frame.payload);
      if (differs) return fail(otherFile());
      height = frame.height;
      inBase = true;
    }
    any = true;
    if (inBase && (frame.kind === 'base' || frame.kind === 'genesis' || frame.kind === 'pruned' || frame.kind === 'chunk')) {
      if (frame.kind === 'pruned') height = Math.max(height, frame.height);
      if (frame.kind === 'pruned' && frame.height === indexed && frame.offset !== known!.offset) return fail(otherFile());
      baseEnd = frame.end;
      if (height === indexed) replayFrom = { height: height + 1, offset: baseEnd };
      continue;
    }
    inBase = false;
    if (frame.kind === 'attestation' && frame.height <= height) continue;
    if (frame.kind === 'trust') continue;
    if (frame.kind !== 'block' || frame.height !== height + 1)
      return fail(blockCorrupted(frame.offset, height + 1, 'another block stands in its place'));
    height = frame.height;
    if (height !== indexed) continue;
    if (!isBlock(frame, known!.hash)) return fail(lost(`Block ${height} in the block file is not the one that was committed.`, height));
    if (frame.offset !== known!.offset) return fail(otherFile());
    replayFrom = { height: height + 1, offset: frame.end };
  }
  if (from === genesisEnd && indexed !== undefined && baseEnd === undefined && index.get(baseKey)) return fail(otherFile());
  return settle(step.value);

  function settle(tail: Tail): Result<Surveyed> {
    if (tail.kind === 'damaged') return fail(blockCorrupted(tail.end, height + 1, tail.why));
    if (indexed !== undefined && height < indexed) {
      if (tail.kind === 'torn') return fail(blockCorrupted(tail.end, height + 1, 'its end is missing, though it was committed'));
      return fail(lost(`The block file ends with block ${height}, but block ${indexed} was committed.`, height + 1));
    }
    if (height < firstHeight(genesis)) return fail(blockCorrupted(tail.end, firstHeight(genesis), 'it is missing'));
    return ok({
      end: tail.end,
      tornBytes: tail.kind === 'torn' ? tail.bytes : 0,
      height,
      replayFrom,
    });
  }
}

function sameBase(index: IndexReader, payload: Uint8Array): boolean {
  const stored = index.get(baseKey);
  return stored !== undefined && equalBytes(stored, payload);
}

/** Only the index is to be made again then. */
const otherFile = () => codedError(engineErrors, 'engine.index-damaged', { message: 'The index is about another block file.' });

function isBlock(frame: FrameAt, hash: Uint8Array): boolean {
  const block = decodeBlock(frame.payload);
  return block.ok && equalBytes(block.value.hash, hash);
}

const lost = (message: string, height: number) => codedError(engineErrors, 'engine.blocks-missing', { message, data: { height } });

/**
 * Executes a block of the file, on the state before it; undefined, or that of another ledger: it is the first one, and takes the state over.
 * `engine.block-invalid` (data: height, offset). */
export function replayFrame(
  genesis: Genesis,
  frame: FrameAt,
  before: LedgerState | undefined,
  store: LedgerStore,
): Result<{ readonly block: Block; readonly execution: Execution }> {
  const invalid = (why: string) =>
    fail(
      codedError(engineErrors, 'engine.block-invalid', {
        message: `Block ${frame.height} at byte ${frame.offset} does not hold: ${why}`,
        data: { height: frame.height, offset: frame.offset },
      }),
    );
  const decoded = decodeBlock(frame.payload);
  if (!decoded.ok) return invalid(decoded.error.message);
  const block = decoded.value;
  const executed =
    before?.chainId === genesis.chainId ? verifyBlock(before, store, block, sealsOf(genesis)) : replayGenesis(genesis, block, before, store);
  return executed.ok ? ok({ block, execution: executed.value }) : invalid(executed.error.message);
}

function replayGenesis(genesis: Genesis, block: Block, before: LedgerState | undefined, store: LedgerStore): Result<Execution> {
  const executed = executeGenesis(genesis, before && { root: before.root, nodes: store.nodes, log: before.log });
  if (!executed.ok) return executed;
  const holds = equalBytes(executed.value.headerBytes, block.headerBytes) && block.transactions.length === 0 && sealsOf(genesis)(block) === undefined;
  return holds ? executed : fail(codedError(engineErrors, 'engine.block-invalid', { message: 'It is not the block that the genesis gives.' }));
}

/** Brings the index up to the block file. Returns the state after the last block, and how many blocks were executed. */
export async function catchUp(
  storage: Storage,
  genesis: Genesis,
  { replayFrom }: Pick<Surveyed, 'replayFrom'>,
  index: WritableIndex,
): Promise<Result<{ readonly state: LedgerState; readonly replayed: number }>> {
  let state = indexedHeight(index) === undefined ? undefined : stateAt(index, genesis, replayFrom.height - 1);
  let replayed = 0;
  const frames = readFrames(storage, replayFrom.offset);
  for (let step = await frames.next(); !step.done; step = await frames.next()) {
    const frame = step.value;
    if (frame.kind === 'trust') continue;
    if (frame.kind === 'attestation') await index.apply([attestationEntry(frame.height, frame)]);
    else if (frame.kind === 'base') {
      const base = await readBase(genesis, frame, frames, indexSink(index));
      if (!base.ok) return base;
      state = base.value;
    } else {
      const executed = replayFrame(genesis, frame, state, ledgerStoreOf(index));
      if (!executed.ok) return executed;
      await index.apply(entriesOf(executed.value.execution, frame));
      state = executed.value.execution.next;
      replayed++;
    }
  }
  return ok({ state: state!, replayed });
}
