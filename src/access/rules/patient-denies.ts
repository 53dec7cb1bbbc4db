import type { Facts } from '../facts.ts';
import { purposes } from '../principal.ts';
import type { AccessRequest } from '../request.ts';
import { denies, isAcross, passes, type Rule } from './draft.ts';

/** Whether the patient has refused what is asked. */
export function isRefused(patient: string, request: AccessRequest, facts: Facts): boolean {
  const purpose = purposes[request.purpose ?? facts.principal.purpose].code;
  return facts.denies.some(
    (deny) =>
      deny.patient === patient &&
      (deny.grantee === undefined || deny.grantee === facts.principal.organisation) &&
      (deny.purpose === undefined || purposes[deny.purpose].code === purpose),
  );
}

/** A patient's refusal goes before any permit, but not before the work of the organisation that treats them. */
export const patientDenies: Rule = (request, facts) => {
  if (!isAcross(request, facts)) return passes('Refusals concern other organisations.');
  if (request.patient === undefined) return passes('No patient is named: those who refused are left out of the permits.');
  return isRefused(request.patient, request, facts)
    ? denies('access.denied-by-patient', 'The patient has refused this use of their record.')
    : passes('The patient has refused nothing that applies.');
};
