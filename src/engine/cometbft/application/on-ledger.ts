/**
 * Whether a transaction is on the ledger. It is asked in CheckTx, of a proposal and of a block; the disk is asked once, for what was not there
 * can only have come with a block, and every block comes through here.
 */
import type { LedgerStore } from '../../../ledger/execution/ledger-state.ts';
import { HashSet } from './hash-set.ts';

export interface OnLedger extends LedgerStore {
  /** These are on the ledger now. */
  added(transactions: Iterable<{ readonly hash: Uint8Array }>): void;
}

export function onLedger({ nodes, hasTransaction }: LedgerStore, limit = 50_000): OnLedger {
  const absent = new HashSet();
  return {
    nodes,
    hasTransaction(hash) {
      if (absent.has(hash)) return false;
      if (hasTransaction(hash)) return true;
      if (absent.size >= limit) absent.clear();
      absent.add(hash);
      return false;
    },
    added(transactions) {
      for (const { hash } of transactions) absent.delete(hash);
    },
  };
}
