import { bothTypes, limits, passes, type Rule } from './draft.ts';

/** Only the types that the permit names, and those that say who the patient is and who wrote it. */
export const minimumNecessary: Rule = (_request, facts, draft) => {
  if (draft.permit?.types === undefined) return passes('The permit covers every type of record.');
  const types = [...new Set([...draft.permit.types, 'Patient', ...facts.policy.sharedTypes])];
  return limits({ ...draft, onlyTypes: bothTypes(draft.onlyTypes, types) }, `Only: ${draft.permit.types.join(', ')}.`);
};
