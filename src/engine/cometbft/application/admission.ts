/** CheckTx: whether a transaction may wait for a block. Against the newest committed block, and only by what later blocks hardly change. */
import { utf8 } from '../../../base/bytes.ts';
import type { Result } from '../../../base/result.ts';
import { admitTransaction } from '../../../ledger/execution/apply-transaction.ts';
import type { LedgerState } from '../../../ledger/execution/ledger-state.ts';
import type { StateView } from '../../../ledger/module/rule.ts';
import { stateReader } from '../../../ledger/state/tree.ts';
import type { CheckedTransaction } from '../../../ledger/transaction/check.ts';
import type { LedgerDisk } from '../../disk/ledger-disk.ts';
import type { VerifiedTransactions } from './verified-transactions.ts';

/**
 * Form, signature, expiry, replay, and that the sender is a member. What its operations do is not tried: a transaction may need another one that
 * waits before it.
 */
export type Admit = (bytes: Uint8Array) => Promise<Result<CheckedTransaction>>;

export function admission(disk: LedgerDisk, verified: VerifiedTransactions): Admit {
  let state: LedgerState | undefined;
  let view: StateView;

  /** Remembers what it has read, until there is another block. */
  function viewNow(): StateView {
    if (state !== disk.state) {
      state = disk.state;
      const read = stateReader(disk.store.nodes, state.root);
      view = { get: (key) => read(utf8(key)) };
    }
    return view;
  }

  return async (bytes) => {
    const checked = await verified.check(bytes);
    if (!checked.ok) return checked;
    const admitted = admitTransaction(viewNow(), checked.value, disk.state.height + 1, (hash) => disk.store.hasTransaction(hash));
    return admitted.ok ? checked : admitted;
  };
}
