import { limits, passes, type Rule } from './draft.ts';

/** Records that a law locks are left out of everything, whatever the patient or the organisation permits in general. */
export const statuteLocks: Rule = (_request, facts, draft) => {
  const locked = facts.policy.statutes.filter((lock) => !lock.exceptRoles.includes(facts.principal.role));
  if (locked.length === 0) return passes('No law locks anything for this role.');
  return limits(
    { ...draft, withoutLabels: [...draft.withoutLabels, ...locked.map((lock) => lock.label)] },
    locked.map((lock) => lock.law).join('; '),
  );
};
