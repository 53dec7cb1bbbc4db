/**
 * Accesses to a copy are the patient's business at the custodian: the grantee reports its audit events about copies, the custodian logs
 * them, and the patient sees them under "Who looked". How far was reported is a marker in the grantee's own log.
 */
import { codedError } from '../base/errors.ts';
import { utf8 } from '../base/bytes.ts';
import { fail, ok } from '../base/result.ts';
import { actorTerm, copiesTerm, dayTerm, patientTerm, type AuditContent } from '../access/audit.ts';
import type { Method } from '../network/server.ts';
import type { EventDraft } from '../records/model.ts';
import { sharingErrors } from './errors.ts';
import { decodeReports, encodeReports, MAX_REPORTS, methods } from './messages/messages.ts';
import { backOff, pause, type Parts } from './parts.ts';
import { reportedEvent } from './messages/reported-event.ts';
import { contentOf, eventDraft, eventsOf, newestEvent } from './stored-events.ts';
import { reportedTerm } from './terms.ts';
import { words } from './words.ts';

interface Reported {
  readonly v: 1;
  readonly type: 'reported';
  /** Events up to this position, included, have been reported. */
  readonly upTo: number;
}

export interface Reporter {
  /** Something may be new for this custodian. */
  kick(custodian: string): void;
}

const GATHER = 200;

export function reporter(parts: Parts): Reporter {
  const { reader, writer, channel, now, signal, onError } = parts;
  const running = new Set<string>();
  const again = new Set<string>();

  const report = async (custodian: string): Promise<boolean> => {
    const marker = await newestEvent(reader, 'marker', reportedTerm(custodian));
    const upTo = marker ? contentOf<Reported>(marker).upTo : -1;
    const fresh = [];
    for await (const event of eventsOf(reader, 'audit', copiesTerm(custodian))) {
      if (event.sequence <= upTo) break;
      fresh.push(event);
    }
    const batch = fresh.toReversed().slice(0, MAX_REPORTS);
    const last = batch.at(-1);
    if (!last) return true;
    const own = batch.filter((event) => {
      const { organisation, patient } = contentOf<AuditContent>(event);
      return organisation.id === parts.organisation && patient !== undefined;
    });
    const who = { id: 'reports', kind: 'machine', name: words.machine, role: 'system' } as const;
    const body = encodeReports(own.map(({ content }) => content));
    const answered = await channel.call({ to: custodian, method: methods.report, who, purpose: 'operations', body });
    if (!answered.ok) return false;
    const content: Reported = { v: 1, type: 'reported', upTo: last.sequence };
    const written = await writer.append({
      versions: [],
      events: [eventDraft('marker', now(), undefined, content, [reportedTerm(custodian)])],
      guards: [],
    });
    if (written.ok && fresh.length > batch.length) again.add(custodian);
    return written.ok;
  };

  const run = async (custodian: string): Promise<void> => {
    if (running.has(custodian)) {
      again.add(custodian);
      return;
    }
    running.add(custodian);
    try {
      for (let attempts = 0; !signal.aborted;) {
        await pause(attempts === 0 ? GATHER : backOff(attempts), signal);
        again.delete(custodian);
        const done = await report(custodian);
        if (done && !again.has(custodian)) return;
        attempts = done ? 0 : attempts + 1;
      }
    } finally {
      running.delete(custodian);
    }
  };
  return { kick: (custodian) => void run(custodian).catch(onError) };
}

export function reportMethod(parts: Parts): Method {
  const { organisation, outgoing, writer, directory, now } = parts;
  return async (call) => {
    const reports = decodeReports(call.body);
    if (!reports) return fail(codedError(sharingErrors, 'sharing.malformed'));
    const name = (await directory.member(call.from))?.name ?? call.from;
    const known = new Map<string, boolean>();
    const events: EventDraft[] = [];
    for (const bytes of reports) {
      const content = reportedEvent(bytes, organisation, call.from);
      if (!content) return fail(codedError(sharingErrors, 'sharing.malformed'));
      const { patient } = content;
      // Somebody who never had a share cannot write into a patient's log.
      if (!known.has(patient))
        known.set(
          patient,
          (await outgoing.of(patient)).some(({ terms }) => terms.grantee === call.from),
        );
      if (!known.get(patient)) continue;
      const logged: AuditContent = { ...content, organisation: { id: call.from, name }, through: 'reported', reportedBy: call.from };
      const actor = `${call.from}/${content.who.id}`;
      events.push({
        kind: 'audit',
        content: utf8(JSON.stringify({ ...logged, who: { ...content.who, id: actor } })),
        time: now(),
        patient,
        tokens: [actorTerm(actor), dayTerm(Date.parse(content.time)), patientTerm(organisation, organisation, patient)],
      });
    }
    if (events.length === 0) return ok(new Uint8Array(0));
    const written = await writer.append({ versions: [], events, guards: [] });
    return written.ok ? ok(new Uint8Array(0)) : written;
  };
}
