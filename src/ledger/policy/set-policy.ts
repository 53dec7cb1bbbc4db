import type { Rule } from '../module/rule.ts';
import { mayGovern } from './may-govern.ts';
import type { SetPolicy } from './operations.ts';
import { refusedPolicy, writePolicy } from './policy.ts';
import { needsDecision } from './refused.ts';

/** The new policy holds from the next count of votes on, also for what is open; a voting period that has begun stays as it is. */
export const setPolicyRule: Rule<SetPolicy> = ({ op: _op, ...policy }, { sender, state }) => {
  if (!mayGovern(sender, state)) return needsDecision();
  const refused = refusedPolicy(policy);
  if (refused) return refused;
  writePolicy(state, policy);
  return undefined;
};
