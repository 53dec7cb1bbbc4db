import { decisionOf } from '../ballots/decision.ts';
import { readTally } from '../ballots/state.ts';
import { activeMembers } from '../membership/state.ts';
import { draftOver } from '../module/draft.ts';
import type { Rule, RuleContext } from '../module/rule.ts';
import { readPolicy } from '../policy/policy.ts';
import { actionRules } from './action-rules.ts';
import type { Action } from './operations.ts';
import { closeProposal, failureOf, readProposal } from './state.ts';

/**
 * Counts the votes of an open proposal and, when they decide it, ends it: the action is executed here and now, as the members'. Refused at
 * this moment, it has no effect and the proposal says why; the vote that decided stands all the same.
 */
export function settle(number: number, context: RuleContext): void {
  const { state } = context;
  const decision = decisionOf(readTally(state, number), activeMembers(state), readPolicy(state));
  if (decision === 'open') return;
  if (decision === 'rejected') return closeProposal(state, number, 'rejected', context);

  const { action } = readProposal(state, number)!;
  closeProposal(state, number, 'executed', context);
  const attempt = draftOver(state);
  const rule = actionRules[action.op] as Rule<Action>;
  const error = rule(action, { ...context, state: attempt, sender: { kind: 'members' } });
  if (error) closeProposal(state, number, 'failed', context, failureOf(error));
  else for (const [key, value] of attempt.writes) state.put(key, value);
}
