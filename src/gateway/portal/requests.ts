/** Access requests: a clinician asks, a patient sees and declines (or answers with a share). */
import { openReleased } from '../../access/release.ts';
import { ok } from '../../base/result.ts';
import type { AccessRequest } from '../../contract/portal.ts';
import type { FiledRequest } from '../../sharing/access-requests.ts';
import type { Handler, JsonScope } from '../json-scope.ts';
import type { Desk } from './desk.ts';
import { param } from '../parameters.ts';
import { formatPatientRef } from './patient-ref.ts';
import { accessRequestOf } from './share-body.ts';
import { demographicsOf } from './subject.ts';

export function requestRoutes(scope: JsonScope, desk: Desk): void {
  const { sharing, reader } = desk.deps;

  const shown = async (filed: FiledRequest): Promise<AccessRequest> => ({
    requestId: filed.requestId,
    organisation: await desk.organisation(filed.organisation),
    clinician: filed.clinician,
    reason: filed.reason,
    when: filed.time,
    state: filed.state,
  });

  const list: Handler = async (request) => {
    const view = await desk.view(request, 'see-shares');
    const filed = await sharing.requests.of(view.patient, await demographicsOf(reader, view.patient));
    return desk.release<{ readonly requests: readonly AccessRequest[] }>(view, {
      counts: {},
      answer: async () => ({ requests: await Promise.all(filed.map(shown)) }),
    });
  };

  const decline: Handler = async (request) => {
    const view = await desk.view(request, 'change-shares');
    const names = await demographicsOf(reader, view.patient);
    const declined = await sharing.requests.decline(view.principal, view.patient, names, param(request, 'requestId'));
    return declined.ok
      ? ok({ public: 'The patient’s own answer; it was logged before.', body: await shown(openReleased(declined.value)) })
      : declined;
  };

  const ask: Handler = async (request) => {
    const body = accessRequestOf(request.body);
    if (!body.ok) return body;
    const principal = await desk.principal(request);
    const { organisationId, ...whom } = body.value;
    const asked = await sharing.requests.ask(principal, organisationId, whom);
    if (!asked.ok) return asked;
    const answer = openReleased(asked.value);
    const patient = answer.patientId === undefined ? {} : { patientId: formatPatientRef(organisationId, answer.patientId) };
    return ok({
      public: 'The same answer whether or not the patient is known; the request was logged before.',
      body: { ...answer, ...patient },
      status: 202,
    });
  };

  scope.route('GET', '/portal/api/patients/:id/requests', list);
  scope.route('POST', '/portal/api/patients/:id/requests/:requestId/decline', decline);
  scope.route('POST', '/portal/api/access-requests', ask, 202);
}
