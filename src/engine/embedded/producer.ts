/**
 * Makes blocks: collects what waits, executes it, writes one block with one fsync, and answers everybody in it. One block at a time; while
 * one is being written, the transactions of the next arrive and are checked. There are no empty blocks.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { codedError } from '../../base/errors.ts';
import { fail, ok, type CodedError } from '../../base/result.ts';
import { encodeBlock } from '../../ledger/block/block.ts';
import { signAttestation } from '../../ledger/block/header.ts';
import { executeBlock, type Execution } from '../../ledger/execution/execute-block.ts';
import type { LedgerState } from '../../ledger/execution/ledger-state.ts';
import { appendBlock } from './block-file.ts';
import { engineErrors, ioError } from './errors.ts';
import { entriesOf, prunedAt } from './index-entries.ts';
import type { IndexStore } from './index-store.ts';
import { ledgerStoreOf } from './index-view.ts';
import type { BlockLimits, Mempool, Waiting } from './mempool.ts';
import type { Storage } from './storage.ts';

export interface ProducerParts {
  readonly storage: Storage;
  readonly index: IndexStore;
  readonly mempool: Mempool;
  readonly nodeSeed: Uint8Array;
  readonly proposer: Uint8Array;
  readonly limits: BlockLimits;
  readonly lingerMs: number;
  readonly blockIntervalMs: number;
  readonly retainHeights: number;
  readonly now: () => number;
  /** Told of every block as soon as it is durable and readable. */
  readonly onBlock: (execution: Execution) => void;
}

export interface Producer {
  readonly state: LedgerState;
  /** Why no more blocks are made; undefined: they are. */
  readonly failure: CodedError | undefined;
  /** Something waits. */
  wake(): void;
  /** Ends after the block that is being made; what still waits is answered with `engine.closed`. */
  stop(): Promise<void>;
}

export function startProducer(initial: LedgerState, parts: ProducerParts): Producer {
  const { storage, index, mempool, nodeSeed, proposer, limits, lingerMs, blockIntervalMs, retainHeights, now, onBlock } = parts;
  const store = ledgerStoreOf(index);
  const stopping = new AbortController();
  let state = initial;
  let failure: CodedError | undefined;
  let wakeUp: () => void = () => undefined;
  let lastBlockAt = -Infinity;
  const finished = run();

  return {
    get state() {
      return state;
    },
    get failure() {
      return failure;
    },
    wake: () => wakeUp(),
    async stop() {
      stopping.abort();
      wakeUp();
      await finished;
    },
  };

  async function run(): Promise<void> {
    while (!stopping.signal.aborted && !failure) {
      if (mempool.length === 0) await new Promise<void>((resolve) => (wakeUp = resolve));
      await gather();
      if (mempool.length > 0 && !stopping.signal.aborted) await makeBlock(mempool.take(limits));
    }
    const error = failure ?? codedError(engineErrors, 'engine.closed');
    for (const waiting of mempool.takeAll()) waiting.settle(fail(error));
  }

  /** Waits for company, but not when a block is full already. */
  async function gather(): Promise<void> {
    const pause = Math.max(lingerMs, lastBlockAt + blockIntervalMs - performance.now());
    if (pause > 0 && !mempool.isFullBlock(limits)) await sleep(pause, undefined, { signal: stopping.signal }).catch(() => undefined);
  }

  async function makeBlock(candidates: readonly Waiting[]): Promise<void> {
    const refuseAll = (error: CodedError): void => candidates.forEach(({ settle }) => settle(fail(error)));
    let execution: Execution;
    try {
      // The block's time never runs backwards, even when the machine's clock does.
      const time = Math.max(now(), state.time);
      const transactions = candidates.map(({ transaction }) => transaction);
      execution = executeBlock(state, store, transactions, { time, proposer });
    } catch (cause) {
      failure = codedError(engineErrors, 'engine.index-damaged', { message: `The index of the ledger is damaged: ${(cause as Error).message}.` });
      return refuseAll(failure);
    }
    if (execution.accepted.length > 0) {
      const error = await commit(execution);
      if (error) return refuseAll(error);
    }
    answer(candidates, execution);
  }

  async function commit(execution: Execution): Promise<CodedError | undefined> {
    const { next, headerBytes, accepted, header } = execution;
    const bytes = encodeBlock(
      headerBytes,
      accepted.map((transaction) => transaction.bytes),
      signAttestation(next.blockHash, nodeSeed),
    );
    const appended = await appendBlock(storage, header.height, bytes);
    if (!appended.ok) {
      const error = ioError(appended.cause, 'writing a block');
      if (!appended.restored) failure = error;
      return error;
    }
    state = next;
    lastBlockAt = performance.now();
    try {
      await index.apply([...entriesOf(execution, appended.place), ...prunedAt(header.height, retainHeights, index)]);
    } catch (cause) {
      // The block is durable and will be answered for; the index catches up from the block file when the ledger is opened again.
      failure = ioError(cause, 'writing the index');
    }
    onBlock(execution);
    return undefined;
  }

  function answer(candidates: readonly Waiting[], { results, header }: Execution): void {
    for (const [position, { transaction, settle }] of candidates.entries()) {
      const result = results[position]!;
      settle(result.ok ? ok({ hash: transaction.hash, height: header.height, logIndex: result.value.logIndex, time: header.time }) : result);
    }
  }
}
