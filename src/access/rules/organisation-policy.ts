import { actions } from '../request.ts';
import { denies, isAcross, passes, permits, type Rule } from './draft.ts';

/** What the organisation lets its own people and machines do. */
export const organisationPolicy: Rule = (request, facts, draft) => {
  const who = facts.principal;
  if (isAcross(request, facts)) return passes('Records of another organisation are not this organisation’s to give.');
  const purpose = request.purpose ?? who.purpose;
  const rule = facts.policy.local.find((each) => each.role === who.role && each.actions.includes(request.action) && each.purposes.includes(purpose));
  if (!rule) {
    const what = actions[request.action].verb === undefined ? 'do this' : 'do this with health data';
    return denies('access.role', `The role ${who.role} may not ${what} for the purpose ${purpose}.`);
  }
  if (rule.patients === 'own' && who.patient === undefined) return denies('access.role', 'The token names no patient.');
  const own = rule.patients === 'own' ? who.patient : request.patient;
  const patients = own === undefined ? ('all' as const) : [own];
  const permit = { rule: `organisation-policy:${rule.id}`, basis: rule.basis, patients, types: rule.types, includeSensitive: true };
  return permits({ ...draft, permit }, `${rule.basis.words}.`);
};
