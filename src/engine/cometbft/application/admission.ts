/** CheckTx: whether a transaction may wait for a block. Against the newest committed block, and only by what later blocks hardly change. */
import type { Result } from '../../../base/result.ts';
import { admitTransaction } from '../../../ledger/execution/apply-transaction.ts';
import type { LedgerState, LedgerStore } from '../../../ledger/execution/ledger-state.ts';
import { sendersIn, type Senders } from '../../../ledger/execution/senders.ts';
import { stateView } from '../../../ledger/module/state-view.ts';
import type { CheckedTransaction } from '../../../ledger/transaction/check.ts';
import type { LedgerDisk } from '../../disk/ledger-disk.ts';
import type { VerifiedTransactions } from './verified-transactions.ts';

/**
 * Form, signature, expiry, replay, and that the sender is a member. What its operations do is not tried: a transaction may need another one that
 * waits before it.
 */
export type Admit = (bytes: Uint8Array) => Promise<Result<CheckedTransaction>>;

export function admission(disk: LedgerDisk, store: LedgerStore, verified: VerifiedTransactions): Admit {
  const isReplay = (hash: Uint8Array): boolean => store.hasTransaction(hash);
  let state: LedgerState | undefined;
  let senders: Senders;

  /** Remembers whom it has looked up, until there is another block. */
  function sendersNow(): Senders {
    if (state !== disk.state) {
      state = disk.state;
      senders = sendersIn(stateView(store.nodes, state.root));
    }
    return senders;
  }

  return async (bytes) => {
    const checked = await verified.check(bytes);
    if (!checked.ok) return checked;
    const admitted = admitTransaction(checked.value, disk.state.height + 1, { senders: sendersNow(), isReplay });
    return admitted.ok ? checked : admitted;
  };
}
