import { codedError } from '../../base/errors.ts';
import { castBallot, readOpen } from '../ballots/state.ts';
import { ledgerErrors } from '../errors.ts';
import type { Rule, RuleContext } from '../module/rule.ts';
import { readPolicy } from '../policy/policy.ts';
import type { Propose } from './operations.ts';
import { settle } from './settle.ts';
import { addProposal, closeProposal } from './state.ts';

/** Open at a time in the whole network. */
export const MAX_OPEN = 64;

/** Any active member proposes, and approves by that: alone in its network it decides at once. */
export const proposeRule: Rule<Propose> = ({ action }, context) => {
  const { sender, state, height, time } = context;
  if (sender.kind !== 'member') return codedError(ledgerErrors, 'ledger.not-permitted', { message: 'Proposals are made by members.' });
  closeExpired(context);
  const { openProposals, votingPeriod } = readPolicy(state);
  const open = readOpen(state);
  if (open.length >= MAX_OPEN || open.filter(({ org }) => org === sender.org).length >= openProposals)
    return codedError(ledgerErrors, 'ledger.too-many-proposals', { data: { openProposals } });
  const number = addProposal(state, { org: sender.org, action, height, time, until: Math.min(time + votingPeriod, Number.MAX_SAFE_INTEGER) });
  castBallot(state, number, sender.org, 'approve', context);
  settle(number, context);
  return undefined;
};

/** Nobody's transaction ends a voting period, so it is noted at the next opportunity; nobody could vote meanwhile. */
function closeExpired(context: RuleContext): void {
  for (const { number, until } of readOpen(context.state)) if (until < context.time) closeProposal(context.state, number, 'expired', context);
}
