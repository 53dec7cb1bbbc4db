/**
 * Whether a transaction is on the ledger. It is asked in CheckTx, of a proposal and of a block; the disk is asked once, for what was not there
 * can only have come with a block, and every block comes through here.
 */
import { toHex } from '../../../base/bytes.ts';
import type { LedgerStore } from '../../../ledger/execution/ledger-state.ts';

export interface OnLedger extends LedgerStore {
  /** These are on the ledger now. */
  added(transactions: Iterable<{ readonly hash: Uint8Array }>): void;
}

export function onLedger({ nodes, hasTransaction }: LedgerStore, limit = 50_000): OnLedger {
  const absent = new Set<string>();
  return {
    nodes,
    hasTransaction(hash) {
      const name = toHex(hash);
      if (absent.has(name)) return false;
      if (hasTransaction(hash)) return true;
      if (absent.size >= limit) absent.clear();
      absent.add(name);
      return false;
    },
    added(transactions) {
      for (const { hash } of transactions) absent.delete(toHex(hash));
    },
  };
}
