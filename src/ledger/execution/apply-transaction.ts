import { codedError } from '../../base/errors.ts';
import { fail, ok, type CodedError, type Result } from '../../base/result.ts';
import { ledgerErrors } from '../errors.ts';
import type { Operation } from '../operations.ts';
import { MAX_LIFETIME_BLOCKS } from '../transaction/schema.ts';
import type { CheckedTransaction } from '../transaction/check.ts';
import { draftOver, type Draft } from '../module/draft.ts';
import type { BlockContext, Rule, Sender } from '../module/rule.ts';
import { rules } from './rules.ts';
import type { Senders } from './senders.ts';

/** What the state says of a transaction before its operations do. */
export interface Admission {
  readonly senders: Senders;
  readonly isReplay: (hash: Uint8Array) => boolean;
}

/** All operations of a transaction, or none of them. Undefined: they are in `block`; otherwise the first reason against. */
export function applyTransaction(
  block: Draft,
  transaction: CheckedTransaction,
  context: BlockContext,
  { senders, isReplay }: Admission,
): CodedError | undefined {
  const admitted = admitTransaction(transaction, context.height, { senders, isReplay });
  if (!admitted.ok) return admitted.error;

  const state = draftOver(block);
  for (const [index, operation] of transaction.operations.entries()) {
    const rule = rules[operation.op] as Rule<Operation>;
    const error = rule(operation, { ...context, state, sender: admitted.value });
    if (error) return { ...error, data: { ...error.data, operation: index } };
  }
  block.absorb(state);
  senders.written(state.writes.keys());
  return undefined;
}

/** What can be said before any of its operations is looked at; `height` is that of the block that it would be in. */
export function admitTransaction(transaction: CheckedTransaction, height: number, { senders, isReplay }: Admission): Result<Sender> {
  const refused = refusedExpiry(transaction, height);
  if (refused) return fail(refused);
  if (isReplay(transaction.hash)) return fail(codedError(ledgerErrors, 'ledger.replayed'));
  const sender = senders.of(transaction.sender);
  return sender ? ok(sender) : fail(codedError(ledgerErrors, 'ledger.not-a-member'));
}

/** The lifetime is bounded, so that the hashes to be remembered against replay are too. */
function refusedExpiry({ expiryHeight }: CheckedTransaction, height: number): CodedError | undefined {
  if (expiryHeight < height) return codedError(ledgerErrors, 'ledger.expired', { data: { expiryHeight, height } });
  if (expiryHeight > height + MAX_LIFETIME_BLOCKS) return codedError(ledgerErrors, 'ledger.expiry-too-far', { data: { expiryHeight, height } });
  return undefined;
}
