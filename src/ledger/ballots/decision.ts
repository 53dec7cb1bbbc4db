import type { Policy } from '../policy/policy.ts';

export interface Tally {
  readonly approvals: number;
  readonly rejections: number;
}

/**
 * What the votes of active members amount to. Passed: more approvals than the threshold. Rejected: even with everybody else's approval
 * there couldn't be. Whole numbers only; a proposal can't be both, because approvals and rejections are of different members.
 */
export function decisionOf({ approvals, rejections }: Tally, activeMembers: number, policy: Policy): 'passed' | 'rejected' | 'open' {
  const isEnough = (votes: number): boolean => votes * policy.denominator > policy.numerator * activeMembers;
  if (isEnough(approvals)) return 'passed';
  return isEnough(activeMembers - rejections) ? 'open' : 'rejected';
}
