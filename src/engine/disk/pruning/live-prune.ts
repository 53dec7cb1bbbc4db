/**
 * Pruning beside a ledger that goes on: the new block file and its index are made in a folder of their own, from the live file and the state at the
 * height, brought up to the live file's end as often as it takes, and put in its place between two blocks. Stopped at any moment, the ledger
 * is as it was before or as it is after; the folder is thrown away at the next start.
 */
import { renameSync, rmSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as pause } from 'node:timers/promises';
import { CodedException, unwrap } from '../../../base/result.ts';
import type { LedgerState } from '../../../ledger/execution/ledger-state.ts';
import type { Genesis } from '../../../ledger/genesis/genesis.ts';
import type { NodeReader } from '../../../ledger/state/tree.ts';
import { appendFrames, BLOCK_FILE, blockCorrupted, readFrames, type NewFrame } from '../blocks/block-file.ts';
import { syncDirectory } from '../create-ledger.ts';
import { firstHeight } from '../blocks/history.ts';
import { INDEX_FOLDER, openIndex, type IndexStore } from '../index/index-store.ts';
import { catchUp, readGenesis } from '../recover.ts';
import { baseOfFile, copyPruned, copyState } from '../blocks/rewrite-blocks.ts';
import { openStorage, type Storage } from '../blocks/storage.ts';
import { writeBaseFile, type FrameWriter } from '../blocks/write-base.ts';

const FOLDER = 'pruning';
const COPIED_AT_A_TIME = 4_194_304;
const READ_AHEAD = 1_048_576;
/** Of the process, before others have theirs. */
const TURN_MS = 5;

export interface PrunedFiles {
  /** Copies and indexes what the live file has beyond what was copied. */
  follow(): Promise<void>;
  /** Whether the live file was copied up to this size. */
  isUpTo(size: number): boolean;
  /** To be called when nothing is missing any more: takes the live files' place in one go, before it returns. The live index is closed by then. */
  takePlace(): { readonly storage: Storage; readonly index: IndexStore; readonly state: LedgerState };
  /** Bytes of the block file. */
  readonly bytes: number;
  discard(): Promise<void>;
}

export interface LiveLedger {
  readonly directory: string;
  readonly genesis: Genesis;
  readonly nodes: NodeReader;
  /** After the newest block whose transactions go. */
  readonly state: LedgerState;
}

/** What a start finds of one that was not finished. */
export const removeUnfinished = (directory: string): Promise<void> => rm(join(directory, FOLDER), { recursive: true, force: true });

/** Throws coded errors; the live ledger is as it was. */
export async function prunedFiles(ledger: LiveLedger, signal: AbortSignal): Promise<PrunedFiles> {
  try {
    return await make(ledger, signal);
  } catch (cause) {
    await removeUnfinished(ledger.directory);
    throw cause;
  }
}

async function make({ directory, genesis, nodes, state: kept }: LiveLedger, signal: AbortSignal): Promise<PrunedFiles> {
  const folder = join(directory, FOLDER);
  const live = join(directory, BLOCK_FILE);
  await removeUnfinished(directory);
  await mkdir(folder, { mode: 0o700 });
  let copied = 0;
  const file = await openStorage(live, 'read');
  const source = inTurns(file, signal);
  try {
    unwrap(
      await writeBaseFile(folder, {
        genesis,
        base: { ...(await baseOfFile(source, genesis)), height: kept.height },
        blocks: (writer) => copyPruned(source, writer, kept.height),
        state: (writer) => copyState(nodes, kept, withPauses(writer, signal)),
        after: async (writer) => {
          for await (const { kind, height, payload, end } of wholeFrames(source)) {
            if (kind === 'attestation' || (kind === 'block' && height > kept.height)) await writer.frame(kind, height, payload);
            copied = end;
          }
        },
      }),
    );
  } finally {
    await file.close();
  }
  const storage = await openStorage(join(folder, BLOCK_FILE), 'write');
  const read = (): Storage => inTurns(storage, signal);
  let index = openIndex(join(folder, INDEX_FOLDER));
  let state: LedgerState;
  try {
    const { end } = unwrap(await readGenesis(storage));
    ({ state } = unwrap(await catchUp(read(), genesis, surveyed(firstHeight(genesis), end), index)));
  } catch (cause) {
    await discard();
    throw cause;
  }

  return {
    get bytes() {
      return storage.size();
    },
    async follow() {
      const tail = await openStorage(live, 'read');
      try {
        for await (const frames of batches(inTurns(tail, signal), copied)) {
          const from = storage.size();
          const appended = await appendFrames(
            storage,
            frames.filter(({ kind }) => kind === 'block' || kind === 'attestation'),
          );
          if (!appended.ok) throw appended.cause;
          ({ state } = unwrap(await catchUp(read(), genesis, surveyed(state.height + 1, from), index)));
          copied = frames.at(-1)!.end;
        }
        await index.flush();
      } finally {
        await tail.close();
      }
    },
    isUpTo: (size) => copied === size,
    takePlace() {
      const place = join(directory, INDEX_FOLDER);
      index.closeNow();
      // The index is about the places of the old file. Without it everything is found again: from the new file, or from the old one still.
      rmSync(place, { recursive: true, force: true });
      renameSync(join(folder, BLOCK_FILE), live);
      renameSync(join(folder, INDEX_FOLDER), place);
      index = openIndex(place);
      return { storage, index, state };
    },
    discard,
  };

  async function discard(): Promise<void> {
    await storage.close();
    await index.close().catch(() => undefined);
    await removeUnfinished(directory);
  }
}

/** What `takePlace` renamed is durable. */
export const settle = async (directory: string): Promise<void> => {
  await syncDirectory(directory);
  await removeUnfinished(directory);
};

const surveyed = (height: number, offset: number): Parameters<typeof catchUp>[2] => ({ replayFrom: { height, offset } });

interface Frame extends NewFrame {
  readonly end: number;
}

/** The chunks of the state are large. */
const withPauses = (writer: FrameWriter, signal: AbortSignal): FrameWriter => ({
  async frame(kind, height, payload) {
    signal.throwIfAborted();
    await pause();
    await writer.frame(kind, height, payload);
  },
});

/** Up to one that is being written at this moment. */
async function* wholeFrames(storage: Storage, from?: number): AsyncGenerator<Frame> {
  const frames = readFrames(storage, from);
  for (;;) {
    const step = await frames.next();
    if (!step.done) yield step.value;
    else if (step.value.kind === 'damaged') throw new CodedException(blockCorrupted(step.value.end, undefined, step.value.why));
    else return;
  }
}

async function* batches(storage: Storage, from: number): AsyncGenerator<readonly Frame[]> {
  let batch: Frame[] = [];
  let bytes = 0;
  for await (const frame of wholeFrames(storage, from)) {
    batch.push(frame);
    bytes += frame.payload.length;
    if (bytes < COPIED_AT_A_TIME) continue;
    yield batch;
    batch = [];
    bytes = 0;
  }
  if (batch.length > 0) yield batch;
}

/**
 * Reads ahead, and gives others their turn when it has gone on for a while: a read of the system for every frame would wait for a turn each time, which
 * takes long where much else is done.
 */
function inTurns(storage: Storage, signal: AbortSignal): Storage {
  let window: Uint8Array = new Uint8Array(0);
  let from = 0;
  let since = performance.now();
  return {
    ...storage,
    async read(offset, length) {
      if (performance.now() - since > TURN_MS) {
        signal.throwIfAborted();
        await pause();
        since = performance.now();
      }
      if (offset < from || offset + length > from + window.length) {
        window = await storage.read(offset, Math.max(length, READ_AHEAD));
        from = offset;
      }
      return window.subarray(offset - from, offset - from + length);
    },
  };
}
