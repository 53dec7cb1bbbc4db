import { purposes } from '../principal.ts';
import { denies, isAcross, passes, type Rule } from './draft.ts';

/** A patient's refusal goes before any permit, but not before the work of the organisation that treats them. */
export const patientDenies: Rule = (request, facts) => {
  if (!isAcross(request, facts)) return passes('Refusals concern other organisations.');
  const purpose = purposes[request.purpose ?? facts.principal.purpose].code;
  const refused = facts.denies.some(
    (deny) =>
      deny.patient === request.patient &&
      (deny.grantee === undefined || deny.grantee === facts.principal.organisation) &&
      (deny.purpose === undefined || purposes[deny.purpose].code === purpose),
  );
  return refused ? denies('access.denied-by-patient', 'The patient has refused this use of their record.') : passes('The patient has refused nothing that applies.');
};
