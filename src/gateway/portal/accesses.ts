/** `GET …/patients/:id/accesses`: who looked, newest first; for the patient and for the privacy officer. */
import type { AuditContent } from '../../access/audit.ts';
import { patientTerm } from '../../access/audit.ts';
import { codedError } from '../../base/errors.ts';
import { fromUtf8 } from '../../base/bytes.ts';
import { fail } from '../../base/result.ts';
import type { Access, Accesses } from '../../contract/portal.ts';
import type { StoredEvent } from '../../records/model.ts';
import { gatewayErrors } from '../errors.ts';
import type { Handler } from '../json-scope.ts';
import type { Desk, View } from './desk.ts';
import { words } from './words.ts';

const LIMIT = 50;
/** Events looked at for one page, at most. */
const MAX_SCANNED = 2000;

export const auditContentOf = (event: StoredEvent): AuditContent => JSON.parse(fromUtf8(event.content)) as AuditContent;

/** The patient's own looking at the log, and checking of proofs, is logged but not listed: it would bury the rest. */
const isOwnUpkeep = ({ who, action }: AuditContent): boolean =>
  who.role === 'patient' && (action === 'prove' || action === 'see-accesses' || action === 'see-shares');

async function accessOf(desk: Desk, view: View, event: StoredEvent, content: AuditContent): Promise<Access> {
  const { who, organisation, what, purpose, basis, outcome, refusal } = content;
  return {
    sequence: event.sequence,
    when: content.time,
    who: { kind: who.kind, name: who.name, role: words.roles[who.role] ?? who.role },
    organisation: await desk.organisation(organisation.id),
    what: what.words,
    purpose: purpose.words,
    basis: basis.words,
    outcome,
    ...(refusal === undefined ? {} : { refusal: refusal.words }),
    proof: await desk.eventProof(view.ref, event.sequence),
  };
}

export function accessesRoute(desk: Desk): Handler {
  const { reader, organisation } = desk.deps;
  return async (request) => {
    const query = request.query as Readonly<Record<string, unknown>>;
    const text = (name: string): string | undefined => (typeof query[name] === 'string' && query[name] !== '' ? (query[name] as string) : undefined);
    const [from, to] = [text('from'), text('to')];
    for (const date of [from, to]) {
      if (date !== undefined && Number.isNaN(Date.parse(date)))
        return fail(codedError(gatewayErrors, 'gateway.bad-request', { message: '"from" and "to" are dates such as 2026-03-01.' }));
    }
    const earliest = from === undefined ? -Infinity : Date.parse(from);
    const latest = to === undefined ? Infinity : Date.parse(to) + (to.length === 10 ? 86_400_000 - 1 : 0);
    const view = await desk.view(request, 'see-accesses');
    const term = patientTerm(organisation.id, organisation.id, view.patient);
    const listed: { readonly event: StoredEvent; readonly content: AuditContent }[] = [];
    let after = text('after');
    let scanned = 0;
    let more = true;
    while (more && listed.length < LIMIT && scanned < MAX_SCANNED) {
      const page = await reader.events(['audit'], term, { limit: LIMIT - listed.length, ...(after === undefined ? {} : { after }) });
      for (const event of page.events) {
        const content = auditContentOf(event);
        const time = Date.parse(content.time);
        if (time >= earliest && time <= latest && !isOwnUpkeep(content)) listed.push({ event, content });
      }
      scanned += page.events.length;
      after = page.next;
      more = page.next !== undefined;
    }
    return desk.release<Accesses>(view, {
      what: words.ownAccesses,
      counts: { AuditEvent: listed.length },
      answer: async () => ({
        accesses: await Promise.all(listed.map(({ event, content }) => accessOf(desk, view, event, content))),
        next: more ? (after ?? null) : null,
      }),
    });
  };
}
