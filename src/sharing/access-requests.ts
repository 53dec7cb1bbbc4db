/**
 * A clinician asks another organisation for a patient. The organisation files the request under the name and birth date that it names,
 * and answers; it does not look whether it knows such a patient, so neither the answer nor its timing can tell. A patient finds the
 * requests that name them.
 */
import { randomBytes } from 'node:crypto';
import type { Principal } from '../access/principal.ts';
import type { AccessRequest } from '../access/request.ts';
import type { Released } from '../access/release.ts';
import { codedError } from '../base/errors.ts';
import { fail, ok, unwrap, type Result } from '../base/result.ts';
import type { AccessRequestAnswer, AccessRequestBody } from '../contract/portal.ts';
import type { Method } from '../network/server.ts';
import { sharingErrors } from './errors.ts';
import { decodeAsk, encodeAsk, methods } from './messages/messages.ts';
import type { Parts } from './parts.ts';
import { shareState } from './custodian/share-book.ts';
import { contentOf, eventDraft, eventsOf, type RequestContent } from './stored-events.ts';
import { askedTerm, requestTerm, type Demographics } from './terms.ts';
import { words } from './words.ts';

export interface FiledRequest {
  readonly requestId: string;
  readonly organisation: string;
  readonly clinician: string;
  readonly reason: string;
  readonly time: string;
  readonly state: 'open' | 'shared' | 'declined';
}

export interface AccessRequests {
  /** `custodian` is the organisation that is asked. */
  ask(principal: Principal, custodian: string, body: Omit<AccessRequestBody, 'organisationId'>): Promise<Result<Released<AccessRequestAnswer>>>;
  /** Requests that name the patient, newest first. */
  of(patient: string, names: readonly Demographics[]): Promise<readonly FiledRequest[]>;
  decline(principal: Principal, patient: string, names: readonly Demographics[], requestId: string): Promise<Result<Released<FiledRequest>>>;
}

export function accessRequests(parts: Parts): AccessRequests {
  const { organisation, access, channel, incoming, outgoing, reader, now, directory } = parts;

  const of: AccessRequests['of'] = async (patient, names) => {
    const filed: FiledRequest[] = [];
    const answered = new Set((await outgoing.of(patient)).map(({ terms }) => terms.requestId));
    for (const term of new Set(names.map(askedTerm))) {
      for await (const event of eventsOf(reader, 'request', term)) {
        const content = contentOf<RequestContent>(event);
        if (content.type !== 'asked') continue;
        const { requestId, organisation: by, clinician, reason, time } = content;
        const declined = (await reader.events(['request'], requestTerm(requestId), { limit: 10 })).events.some(
          (each) => contentOf<RequestContent>(each).type === 'declined',
        );
        filed.push({
          requestId,
          organisation: by,
          clinician,
          reason,
          time,
          state: answered.has(requestId) ? 'shared' : declined ? 'declined' : 'open',
        });
      }
    }
    return filed;
  };

  return {
    of,
    async ask(principal, custodian, { family, given, birthDate, reason }) {
      const request: AccessRequest = { action: 'ask-access', types: [], custodian: organisation };
      const decision = await access.decide(principal, request);
      const member = await directory.activeMember(custodian);
      if (!member.ok) return member;
      const requestId = randomBytes(16).toString('hex');
      const body = encodeAsk({ requestId, reason, family, given, birthDate });
      const demographics = askedTerm({ family, given, birthDate });
      const shared = (await incoming.all()).find(
        ({ terms, subject, ...rest }) =>
          terms.custodian === custodian && shareState({ terms, ...rest }, now()) === 'active' && askedTerm(subject) === demographics,
      );
      return access.release<AccessRequestAnswer>({
        principal,
        request,
        decision,
        through: 'portal',
        touched: [],
        answer: async () => {
          if (shared) return { outcome: 'already-shared', reason: words.alreadyShared, howToAsk: words.howToAsk, patientId: shared.terms.patient };
          const who = { id: principal.id, kind: principal.kind, name: principal.name, role: principal.role };
          unwrap(await channel.call({ to: custodian, method: methods.ask, who, purpose: 'treatment', body }));
          return { outcome: 'asked', reason: words.asked, howToAsk: words.howToAsk };
        },
      });
    },
    async decline(principal, patient, names, requestId) {
      const filed = (await of(patient, names)).find((each) => each.requestId === requestId);
      if (!filed) return fail(codedError(sharingErrors, 'sharing.unknown-request'));
      const request: AccessRequest = { action: 'change-shares', types: [], custodian: organisation, patient };
      const decision = await access.decide(principal, request);
      const content: RequestContent = { v: 1, type: 'declined', requestId, time: new Date(now()).toISOString() };
      return access.release<FiledRequest>({
        principal,
        request,
        decision,
        through: 'portal',
        touched: [{ patient, counts: {} }],
        what: words.declined((await directory.member(filed.organisation))?.name ?? filed.organisation),
        unit: { versions: [], events: [eventDraft('request', now(), patient, content, [requestTerm(requestId)])], guards: [] },
        answer: () => ({ ...filed, state: 'declined' }),
      });
    },
  };
}

/** Requests of one organisation a minute. */
const MAX_PER_MINUTE = 60;

export function askMethod(parts: Parts): Method {
  const { writer, now } = parts;
  const counted = new Map<string, { minute: number; count: number }>();
  return async (call) => {
    const asked = decodeAsk(call.body);
    if (!asked || call.who.role !== 'clinician') return fail(codedError(sharingErrors, 'sharing.malformed'));
    const minute = Math.floor(now() / 60_000);
    const before = counted.get(call.from);
    const count = before?.minute === minute ? before.count + 1 : 1;
    counted.set(call.from, { minute, count });
    if (count > MAX_PER_MINUTE) return fail(codedError(sharingErrors, 'sharing.too-many'));
    const { requestId, reason } = asked;
    const content: RequestContent = {
      v: 1,
      type: 'asked',
      requestId,
      organisation: call.from,
      clinician: call.who.name,
      reason,
      time: new Date(now()).toISOString(),
    };
    const written = await writer.append({
      versions: [],
      events: [eventDraft('request', now(), undefined, content, [askedTerm(asked), requestTerm(requestId)])],
      guards: [],
    });
    return written.ok ? ok(new Uint8Array(0)) : written;
  };
}
