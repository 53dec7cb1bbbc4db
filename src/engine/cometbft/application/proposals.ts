/** What goes into a proposal, and which proposals get a vote. */
import type { Result } from '../../../base/result.ts';
import type { CheckedTransaction } from '../../../ledger/transaction/check.ts';
import { HashSet } from './hash-set.ts';
import { Filling } from './limits.ts';
import type { VerifiedTransactions } from './verified-transactions.ts';

const CHECKED_TOGETHER = 64;

type Accepted = Result<CheckedTransaction> & { readonly ok: true };

/**
 * In the order of the mempool, as many as fit. Left out is what would cost the proposal its votes. What an operation's rule, the expiry or the
 * membership speaks against stays in: only in a block does it leave the mempools, and whoever sent it learns why.
 */
export async function selectForProposal(
  transactions: readonly Uint8Array[],
  maxBytes: number,
  { check, isOnLedger }: { readonly check: VerifiedTransactions['checkAll']; readonly isOnLedger: (hash: Uint8Array) => boolean },
): Promise<readonly Accepted[]> {
  const filling = new Filling(maxBytes);
  const seen = new HashSet();
  const taken: Accepted[] = [];
  // The engine offers what fits by its bytes, which may be several times what fits by its operations.
  for (let first = 0; first < transactions.length; first += CHECKED_TOGETHER)
    for (const checked of await check(transactions.slice(first, first + CHECKED_TOGETHER))) {
      if (!checked.ok || !isNew(checked.value, seen, isOnLedger)) continue;
      if (!filling.add(checked.value)) return taken;
      taken.push(checked);
    }
  return taken;
}

/** Whether a proposal gets a vote: nothing is in it that an honest proposer leaves out. */
export function isAcceptableProposal(transactions: readonly Result<CheckedTransaction>[], isOnLedger: (hash: Uint8Array) => boolean): boolean {
  const filling = new Filling();
  const seen = new HashSet();
  return transactions.every((checked) => checked.ok && isNew(checked.value, seen, isOnLedger) && filling.add(checked.value));
}

const isNew = ({ hash }: CheckedTransaction, seen: HashSet, isOnLedger: (hash: Uint8Array) => boolean): boolean =>
  !isOnLedger(hash) && seen.add(hash);
