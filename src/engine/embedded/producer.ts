/**
 * Makes blocks: collects what waits, executes it, writes one block with one fsync, and answers everybody in it. One block at a time; while
 * one is being written, the transactions of the next arrive and are checked. There are no empty blocks.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { codedError } from '../../base/errors.ts';
import { CodedException, fail, ok, plainError, type CodedError } from '../../base/result.ts';
import { signAttestation } from '../../ledger/block/header.ts';
import { executeBlock, type Execution } from '../../ledger/execution/execute-block.ts';
import { engineErrors } from '../disk/errors.ts';
import type { LedgerDisk } from '../disk/ledger-disk.ts';
import type { BlockLimits, Mempool, Waiting } from './mempool.ts';

interface ProducerParts {
  readonly disk: LedgerDisk;
  readonly mempool: Mempool;
  readonly nodeSeed: Uint8Array;
  readonly proposer: Uint8Array;
  readonly limits: BlockLimits;
  readonly lingerMs: number;
  readonly blockIntervalMs: number;
  readonly now: () => number;
}

export interface Producer {
  /** Why no more blocks are made; undefined: they are. */
  readonly failure: CodedError | undefined;
  /** Something waits. */
  wake(): void;
  /** Ends after the block that is being made; what still waits is answered with `engine.closed`. */
  stop(): Promise<void>;
}

export function startProducer({ disk, mempool, nodeSeed, proposer, limits, lingerMs, blockIntervalMs, now }: ProducerParts): Producer {
  const stopping = new AbortController();
  let failure: CodedError | undefined;
  let wakeUp: () => void = () => undefined;
  let lastBlockAt = -Infinity;
  const finished = run();

  return {
    get failure() {
      return failureNow();
    },
    wake: () => wakeUp(),
    async stop() {
      stopping.abort();
      wakeUp();
      await finished;
    },
  };

  function failureNow(): CodedError | undefined {
    return failure ?? disk.failure;
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted && !failureNow()) {
      if (mempool.length === 0) await new Promise<void>((resolve) => (wakeUp = resolve));
      await gather();
      if (mempool.length > 0 && !stopping.signal.aborted) await makeBlock(mempool.take(limits));
    }
    const error = failureNow() ?? codedError(engineErrors, 'engine.closed');
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
      const time = Math.max(now(), disk.state.time);
      const transactions = candidates.map(({ transaction }) => transaction);
      execution = executeBlock(disk.state, disk.store, transactions, { time, proposer });
    } catch (cause) {
      // A coded one says itself what it is, mostly that the members decided for rules that this software does not know.
      failure =
        cause instanceof CodedException
          ? plainError(cause)
          : codedError(engineErrors, 'engine.index-damaged', { message: `The index of the ledger is damaged: ${(cause as Error).message}.` });
      return refuseAll(failure);
    }
    if (execution.accepted.length > 0) {
      const committed = await disk.commit(execution, signAttestation(execution.next.blockHash, nodeSeed));
      if (!committed.ok) return refuseAll(committed.error);
      lastBlockAt = performance.now();
    }
    answer(candidates, execution);
  }

  function answer(candidates: readonly Waiting[], { results, header }: Execution): void {
    for (const [position, { transaction, settle }] of candidates.entries()) {
      const result = results[position]!;
      settle(result.ok ? ok({ hash: transaction.hash, height: header.height, logIndex: result.value.logIndex, time: header.time }) : result);
    }
  }
}
