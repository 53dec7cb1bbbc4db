/** One decision per interaction; its visibility goes into every query, and `Asked.release` is the only way to an answer. */
import type { Touched } from '../../access/audit.ts';
import type { Decision } from '../../access/decision.ts';
import type { Principal } from '../../access/principal.ts';
import { openReleased } from '../../access/release.ts';
import type { AccessRequest, Action } from '../../access/request.ts';
import { codedError } from '../../base/errors.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import type { Unit, Visibility } from '../../records/model.ts';
import { accessErrors } from '../../access/errors.ts';
import type { Answer } from './answer.ts';
import type { FhirCall, FhirParts } from './call.ts';

export interface Asked {
  readonly visibility: Visibility;
  readonly principal: Principal;
  /** Resolves with the answer only when the audit entries, and the unit if there is one, are durable. */
  release(touched: readonly Touched[], answer: Answer, unit?: Unit): Promise<Result<Answer>>;
}

/** The refusal of a denied decision has been logged when it comes back as error. */
export async function authorise(
  parts: FhirParts,
  call: FhirCall,
  action: Action,
  types: readonly string[],
  patient?: string,
): Promise<Result<Asked>> {
  const principal = await parts.access.authenticate(call.authorization);
  if (!principal.ok) return principal;
  const custodian = parts.space === 'own' ? parts.organisation : parts.space;
  const request: AccessRequest = { action, types, custodian, ...(patient === undefined ? {} : { patient }) };
  const decision: Decision = await parts.access.decide(principal.value, request);
  const asked: Asked = {
    visibility: decision.visibility,
    principal: principal.value,
    async release(touched, answer, unit) {
      const released = await parts.access.release({
        principal: principal.value,
        request,
        decision,
        through: 'fhir',
        touched,
        ...(unit === undefined ? {} : { unit }),
        answer: () => answer,
      });
      return released.ok ? ok(openReleased(released.value)) : released;
    },
  };
  if (decision.effect === 'permit') return ok(asked);
  const refused = await asked.release([], { status: 403 });
  return refused.ok ? fail(decision.refusal ?? codedError(accessErrors, 'access.no-basis')) : refused;
}

/** Whether records that are (or were) so may be written under this visibility: nobody writes what they could not read. */
export function mayWrite(
  visibility: Visibility,
  record: { readonly type: string; readonly id: string; readonly compartments: readonly string[]; readonly labels: readonly string[] },
): boolean {
  if (visibility.onlyTypes && !visibility.onlyTypes.includes(record.type)) return false;
  if (record.labels.some((label) => visibility.withoutLabels.includes(label))) return false;
  if (visibility.patients === 'all') return true;
  const patients = record.type === 'Patient' ? [record.id] : record.compartments;
  return patients.length > 0 && patients.every((patient) => visibility.patients.includes(patient));
}
