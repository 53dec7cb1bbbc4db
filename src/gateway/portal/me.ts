/** `GET /portal/api/me`, `GET /portal/api/organisations`: the caller themself, and who is in the network. */
import { patientTerm } from '../../access/audit.ts';
import { ok } from '../../base/result.ts';
import type { Me, OrganisationRef } from '../../contract/portal.ts';
import { shareState } from '../../sharing/custodian/share-book.ts';
import type { Handler } from '../json-scope.ts';
import { auditContentOf } from './accesses.ts';
import type { Desk } from './desk.ts';
import { demographicsOf } from './subject.ts';

const MAX_COUNTED = 500;

export function meRoute(desk: Desk): Handler {
  const { organisation, sharing, reader, now } = desk.deps;

  const accessesThisMonth = async (patient: string): Promise<number> => {
    const month = new Date(now()).toISOString().slice(0, 7);
    const page = await reader.events(['audit'], patientTerm(organisation.id, organisation.id, patient), { limit: MAX_COUNTED });
    return page.events.map(auditContentOf).filter(({ time, who }) => time.startsWith(month) && who.role !== 'patient').length;
  };

  return async (request) => {
    const { role, name, patient } = await desk.principal(request);
    const me: Me = { role, name, organisation, ...(patient === undefined ? {} : { patientId: patient }) };
    if (patient === undefined) return ok({ public: 'Who the caller is, from their own token.', body: me });
    const [shares, requests, accesses] = await Promise.all([
      sharing.outgoing.of(patient),
      demographicsOf(reader, patient).then((names) => sharing.requests.of(patient, names)),
      accessesThisMonth(patient),
    ]);
    const counts = {
      shares: shares.filter((share) => shareState(share, now()) === 'active').length,
      requests: requests.filter(({ state }) => state === 'open').length,
      accessesThisMonth: accesses,
    };
    return ok({ public: 'Who the caller is, and three numbers about their own shares and log.', body: { ...me, counts } satisfies Me });
  };
}

export function organisationsRoute(desk: Desk): Handler {
  return async (request) => {
    await desk.principal(request);
    const members = await desk.deps.directory.members();
    const organisations: readonly OrganisationRef[] = members
      .filter(({ status }) => status === 'active')
      .map(({ org, name, kind }) => ({ id: org, name, kind }));
    return ok({ public: 'Members of the network are known to members.', body: { organisations } });
  };
}
