/**
 * Brings transactions of this process to the engine's mempool, many in one call, and again whenever the engine may have lost them: its mempool
 * is memory only. What became of a transaction is not learnt here but from the blocks (`application/waiters.ts`).
 */
import { toHex } from '../../base/bytes.ts';
import { MAX_BATCH, MAX_REQUEST_BYTES } from './home/config-file.ts';
import type { Call, RpcClient } from './rpc/client.ts';

export interface Broadcast {
  readonly waiting: { readonly transactions: number; readonly bytes: number };
  has(hash: Uint8Array): boolean;
  add(hash: Uint8Array, transaction: Uint8Array): void;
  /** It is decided, one way or the other. */
  remove(hash: Uint8Array): void;
  /** The engine may have lost all it had. */
  sendAllAgain(): void;
  close(): void;
}

/** Calls on their way at once; each waits for the engine to have queued the transactions for CheckTx, not for its answer. */
const MAX_CALLS = 3;
/** Base64 and JSON around each. */
const MAX_BATCH_BYTES = Math.floor((MAX_REQUEST_BYTES * 0.9 * 3) / 4);
const FIRST_RETRY_MS = 100;
const MOST_RETRY_MS = 2_000;

interface Waiting {
  readonly transaction: Uint8Array;
  sent: boolean;
}

/** The engine has it already, in its mempool or in a block that this process is about to see. */
const isKnown = (words: string): boolean => words.includes('tx already exists in cache');

export function broadcast(rpc: RpcClient): Broadcast {
  const waiting = new Map<string, Waiting>();
  let queue: string[] = [];
  let bytes = 0;
  let calls = 0;
  let retryMs = FIRST_RETRY_MS;
  let timer: NodeJS.Timeout | undefined;
  let scheduled = false;
  let closed = false;

  /** At the end of this turn of the loop, so that what is submitted together goes together. */
  function schedule(): void {
    if (scheduled || closed || timer) return;
    scheduled = true;
    setImmediate(() => {
      scheduled = false;
      while (calls < MAX_CALLS && queue.length > 0 && !timer && !closed) void send(take());
    });
  }

  function take(): readonly string[] {
    let size = 0;
    let count = 0;
    for (const name of queue) {
      size += waiting.get(name)?.transaction.length ?? 0;
      if (count > 0 && (size > MAX_BATCH_BYTES || count >= MAX_BATCH)) break;
      count++;
    }
    const taken = queue.slice(0, count).filter((name) => waiting.has(name));
    queue = queue.slice(count);
    return taken;
  }

  async function send(names: readonly string[]): Promise<void> {
    if (names.length === 0) return schedule();
    calls++;
    const sent = names.map((name) => waiting.get(name)!);
    const outcome = await rpc.batch(sent.map(callOf));
    calls--;
    const refused = outcome.ok
      ? names.filter((_, at) => {
          const one = outcome.value[at]!;
          sent[at]!.sent = one.ok || isKnown(one.error.message);
          return !sent[at]!.sent;
        })
      : names;
    if (refused.length > 0) retry(refused);
    else retryMs = FIRST_RETRY_MS;
    schedule();
  }

  /** The engine is starting, fetching blocks, or full: it goes on by itself, and so does this. */
  function retry(names: readonly string[]): void {
    queue = [...names.filter((name) => waiting.has(name)), ...queue];
    if (timer || closed) return;
    timer = setTimeout(() => {
      timer = undefined;
      schedule();
    }, retryMs);
    retryMs = Math.min(retryMs * 2, MOST_RETRY_MS);
  }

  return {
    get waiting() {
      return { transactions: waiting.size, bytes };
    },
    has: (hash) => waiting.has(toHex(hash)),
    add(hash, transaction) {
      const name = toHex(hash);
      if (waiting.has(name)) return;
      waiting.set(name, { transaction, sent: false });
      bytes += transaction.length;
      queue.push(name);
      schedule();
    },
    remove(hash) {
      const name = toHex(hash);
      const found = waiting.get(name);
      if (!found) return;
      waiting.delete(name);
      bytes -= found.transaction.length;
    },
    sendAllAgain() {
      const queued = new Set(queue);
      queue = [...queue, ...[...waiting].filter(([name, { sent }]) => sent && !queued.has(name)).map(([name]) => name)];
      retryMs = FIRST_RETRY_MS;
      schedule();
    },
    close() {
      closed = true;
      clearTimeout(timer);
      waiting.clear();
      queue = [];
    },
  };
}

const callOf = ({ transaction }: Waiting): Call => ({
  method: 'broadcast_tx_async',
  params: { tx: Buffer.from(transaction.buffer, transaction.byteOffset, transaction.length).toString('base64') },
});
