import { codedError } from '../../base/errors.ts';
import type { CodedError } from '../../base/result.ts';
import { ledgerErrors } from '../errors.ts';
import type { RuleContext } from '../module/rule.ts';
import { readProposal } from './state.ts';

/** Undefined: the proposal can be voted on. `ledger.unknown-proposal`, `ledger.proposal-closed` (data: status). */
export function refusedClosed(number: number, { state, time }: RuleContext): CodedError | undefined {
  const proposal = readProposal(state, number);
  if (!proposal) return codedError(ledgerErrors, 'ledger.unknown-proposal');
  const status = proposal.status === 'open' && proposal.until < time ? 'expired' : proposal.status;
  return status === 'open' ? undefined : codedError(ledgerErrors, 'ledger.proposal-closed', { data: { status } });
}
