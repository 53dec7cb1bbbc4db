import { limits, passes, type Rule } from './draft.ts';

/** Sensitive records stay where they are unless the permit includes them. */
export const labels: Rule = (_request, facts, draft) => {
  if (!draft.permit || draft.permit.includeSensitive) return passes('Nothing is withheld as sensitive.');
  const withoutLabels = [...new Set([...draft.withoutLabels, ...facts.policy.sensitiveLabels])];
  return limits({ ...draft, withoutLabels }, 'Sensitive records are left out.');
};
