/** Transactions that wait for a block, in order of arrival, with limits on their number and bytes. */
import type { Result } from '../../base/result.ts';
import type { Committed } from '../../ledger/client.ts';
import type { CheckedTransaction } from '../../ledger/transaction/check.ts';

export interface Waiting {
  readonly transaction: CheckedTransaction;
  readonly settle: (outcome: Result<Committed>) => void;
}

export interface MempoolLimits {
  readonly transactions: number;
  readonly bytes: number;
}

export interface BlockLimits extends MempoolLimits {
  readonly operations: number;
}

export interface Mempool {
  readonly length: number;
  /** What takes up places: what waits, and what is being checked. */
  reserved(): MempoolLimits;
  /** False when it is full. A place is taken before the signature is checked, so that checks are bounded too. */
  reserve(bytes: number): boolean;
  release(bytes: number): void;
  add(waiting: Waiting): void;
  /** At least one, if there is any, and as many as fit into a block. Their places are free again. */
  take(limits: BlockLimits): readonly Waiting[];
  takeAll(): readonly Waiting[];
  isFullBlock(limits: BlockLimits): boolean;
}

export function createMempool(limits: MempoolLimits): Mempool {
  let queue: Waiting[] = [];
  let reserved = 0;
  let reservedBytes = 0;
  let queuedBytes = 0;
  let queuedOperations = 0;

  function remove(count: number): readonly Waiting[] {
    const taken = queue.slice(0, count);
    queue = queue.slice(count);
    for (const { transaction } of taken) {
      queuedBytes -= transaction.bytes.length;
      queuedOperations -= transaction.operations.length;
      pool.release(transaction.bytes.length);
    }
    return taken;
  }

  const pool: Mempool = {
    get length() {
      return queue.length;
    },
    reserved: () => ({ transactions: reserved, bytes: reservedBytes }),
    reserve(bytes) {
      if (reserved >= limits.transactions || reservedBytes + bytes > limits.bytes) return false;
      reserved++;
      reservedBytes += bytes;
      return true;
    },
    release(bytes) {
      reserved--;
      reservedBytes -= bytes;
    },
    add(waiting) {
      queue.push(waiting);
      queuedBytes += waiting.transaction.bytes.length;
      queuedOperations += waiting.transaction.operations.length;
    },
    take(block) {
      let count = 0;
      let bytes = 0;
      let operations = 0;
      for (const { transaction } of queue) {
        bytes += transaction.bytes.length;
        operations += transaction.operations.length;
        if (count > 0 && (bytes > block.bytes || operations > block.operations)) break;
        if (++count >= block.transactions) break;
      }
      return remove(count);
    },
    takeAll: () => remove(queue.length),
    isFullBlock: (block) => queue.length >= block.transactions || queuedBytes >= block.bytes || queuedOperations >= block.operations,
  };
  return pool;
}
