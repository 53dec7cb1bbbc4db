/** Subscriptions to new blocks. A subscriber is a height that moves up: a slow one reads from the block file, nothing piles up for it. */
import type { BlockView } from '../../../ledger/client.ts';

export interface BlockStream {
  readonly subscribe: (signal: AbortSignal) => AsyncIterable<BlockView>;
  notify(): void;
  /** Ends all subscriptions. */
  end(): void;
}

export function blockStream(headHeight: () => number, read: (height: number) => Promise<BlockView | undefined>): BlockStream {
  const waiting = new Set<() => void>();
  let ended = false;

  function notify(): void {
    for (const wake of waiting) wake();
    waiting.clear();
  }

  async function* follow(from: number, signal: AbortSignal): AsyncGenerator<BlockView> {
    for (let height = from; !signal.aborted && !ended;) {
      if (height > headHeight()) {
        await next(signal);
        continue;
      }
      const block = await read(height++);
      if (block && !signal.aborted) yield block;
    }
  }

  function next(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        signal.removeEventListener('abort', wake);
        waiting.delete(wake);
        resolve();
      };
      signal.addEventListener('abort', wake, { once: true });
      waiting.add(wake);
    });
  }

  return {
    // From now on: the height is fixed when `blocks` is called, not when the first block is asked for.
    subscribe: (signal) => follow(headHeight() + 1, signal),
    notify,
    end() {
      ended = true;
      notify();
    },
  };
}
