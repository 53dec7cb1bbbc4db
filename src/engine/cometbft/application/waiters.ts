/** Who waits in this process for a transaction to be decided: answered when its block is durable, never before. */
import { toHex } from '../../../base/bytes.ts';
import { codedError } from '../../../base/errors.ts';
import { fail, type CodedError, type Result } from '../../../base/result.ts';
import type { Committed } from '../../../ledger/client.ts';
import { ledgerErrors } from '../../../ledger/errors.ts';
import { engineErrors } from '../../disk/errors.ts';

/** What names a transaction, and the last ledger height at which it may be in a block. */
export interface Awaited {
  readonly hash: Uint8Array;
  readonly expiryHeight: number;
}

export interface Waiters {
  readonly size: number;
  wait(awaited: Awaited): Promise<Result<Committed>>;
  settle(hash: Uint8Array, outcome: Result<Committed>): void;
  /** A block of this height is on the ledger: what could have been in it at the latest never will be. */
  expire(height: number): void;
  failAll(error: CodedError): void;
}

type Settle = (outcome: Result<Committed>) => void;

export function waiters(limit: number): Waiters {
  const waiting = new Map<string, { readonly expiryHeight: number; readonly settles: Settle[] }>();
  let size = 0;

  function settle(name: string, outcome: Result<Committed>): void {
    const found = waiting.get(name);
    if (!found) return;
    waiting.delete(name);
    size -= found.settles.length;
    for (const each of found.settles) each(outcome);
  }

  return {
    get size() {
      return size;
    },
    wait({ hash, expiryHeight }) {
      if (size >= limit) return Promise.resolve(fail(codedError(engineErrors, 'engine.busy')));
      return new Promise((resolve) => {
        const name = toHex(hash);
        const entry = waiting.get(name) ?? { expiryHeight, settles: [] };
        entry.settles.push(resolve);
        waiting.set(name, entry);
        size++;
      });
    },
    settle: (hash, outcome) => settle(toHex(hash), outcome),
    expire(height) {
      for (const [name, { expiryHeight }] of waiting)
        if (expiryHeight <= height) settle(name, fail(codedError(ledgerErrors, 'ledger.expired', { data: { expiryHeight, height } })));
    },
    failAll(error) {
      for (const name of waiting.keys()) settle(name, fail(error));
    },
  };
}
