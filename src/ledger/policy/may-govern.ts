import type { Sender, StateView } from '../module/rule.ts';
import { readPolicy } from './policy.ts';

/** Who may change the network: all members by vote; one alone only where the policy says so. */
export function mayGovern(sender: Sender, state: StateView): boolean {
  if (sender.kind === 'members') return true;
  const policy = readPolicy(state);
  return sender.kind === 'authority' ? policy.authority === 'direct' : sender.isRegulator && policy.regulators === 'direct';
}
