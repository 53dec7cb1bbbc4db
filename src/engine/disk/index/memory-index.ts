/** As much of an index as executing the next block takes, in memory: the newest state, and hashes until they expire. */
import { toHex } from '../../../base/bytes.ts';
import type { Execution } from '../../../ledger/execution/execute-block.ts';
import type { LedgerStore } from '../../../ledger/execution/ledger-state.ts';
import { idsIn } from '../../../ledger/state/node.ts';
import { MAX_LIFETIME_BLOCKS } from '../../../ledger/transaction/schema.ts';
import type { BaseSink } from '../blocks/base.ts';
import { memorySink } from './base-sinks.ts';

export interface MemoryLedgerStore extends LedgerStore {
  add(execution: Execution): void;
  /** Takes what a block file begins with. */
  readonly base: BaseSink;
}

export function memoryLedgerStore(): MemoryLedgerStore {
  const nodes = new Map<string, Uint8Array>();
  const transactions = new Set<string>();
  /** Hashes by the last height at which the transaction could be replayed. */
  const expiring = new Map<number, string[]>();

  function remember(hash: Uint8Array, expiryHeight: number): void {
    const name = toHex(hash);
    transactions.add(name);
    const others = expiring.get(expiryHeight);
    if (others) others.push(name);
    else expiring.set(expiryHeight, [name]);
  }

  return {
    nodes: { get: (id) => nodes.get(toHex(id)) },
    hasTransaction: (hash) => transactions.has(toHex(hash)),
    add({ stateUpdate, accepted, header }) {
      for (const { id, bytes } of stateUpdate.nodes) nodes.set(toHex(id), bytes);
      for (const id of idsIn(stateUpdate.stale)) nodes.delete(toHex(id));
      for (const { hash, expiryHeight } of accepted) remember(hash, expiryHeight);
      for (const name of expiring.get(header.height) ?? []) transactions.delete(name);
      expiring.delete(header.height);
    },
    base: memorySink(nodes, (hash, height) => remember(hash, height + MAX_LIFETIME_BLOCKS)),
  };
}
