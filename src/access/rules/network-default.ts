import { isAcross, passes, permits, type Rule } from './draft.ts';

/** What the network does for this purpose when the patient has said nothing. */
export const networkDefault: Rule = (request, facts, draft) => {
  if (!isAcross(request, facts) || draft.permit || request.patient === undefined) return passes('Not needed.');
  const rule = facts.policy.network[request.purpose ?? facts.principal.purpose];
  if (rule === undefined) return passes('The network has no rule for this purpose.');
  if (rule.default === 'opt-in') return passes(`${rule.basis.words}.`);
  const permit = { rule: 'network-default', basis: rule.basis, patients: [request.patient], types: undefined, includeSensitive: false };
  return permits({ ...draft, permit, obligations: [...draft.obligations, 'log-at-both-ends'] }, `${rule.basis.words}.`);
};
