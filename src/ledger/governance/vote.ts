import { codedError } from '../../base/errors.ts';
import { castBallot } from '../ballots/state.ts';
import { ledgerErrors } from '../errors.ts';
import type { Rule } from '../module/rule.ts';
import type { CastVote } from './operations.ts';
import { refusedClosed } from './refused-closed.ts';
import { settle } from './settle.ts';

/** One vote for each active member, changeable until the proposal is decided. The same vote again counts the votes again. */
export const voteRule: Rule<CastVote> = ({ proposal, vote }, context) => {
  const { sender, state } = context;
  if (sender.kind !== 'member') return codedError(ledgerErrors, 'ledger.not-permitted', { message: 'Members vote.' });
  const refused = refusedClosed(proposal, context);
  if (refused) return refused;
  castBallot(state, proposal, sender.org, vote, context);
  settle(proposal, context);
  return undefined;
};
