import { codedError } from '../../base/errors.ts';
import { ledgerErrors } from '../errors.ts';
import type { Rule } from '../module/rule.ts';
import type { Withdraw } from './operations.ts';
import { refusedClosed } from './refused-closed.ts';
import { closeProposal, readProposal } from './state.ts';

/** By who proposed it, while it is open. */
export const withdrawRule: Rule<Withdraw> = ({ proposal }, context) => {
  const { sender, state } = context;
  const refused = refusedClosed(proposal, context);
  if (refused) return refused;
  if (sender.kind !== 'member' || sender.org !== readProposal(state, proposal)!.org)
    return codedError(ledgerErrors, 'ledger.not-permitted', { message: 'A proposal is withdrawn by the member that made it.' });
  closeProposal(state, proposal, 'withdrawn', context);
  return undefined;
};
