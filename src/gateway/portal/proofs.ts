/** Receipts and the bytes that they are about: for records under the view's visibility, for log entries of the patient's own log. */
import { patientTerm } from '../../access/audit.ts';
import { CodedException, ok, type Result } from '../../base/result.ts';
import type { StoredEvent, StoredVersion } from '../../records/model.ts';
import { eventsOf } from '../../sharing/stored-events.ts';
import { sharesTerm } from '../../sharing/terms.ts';
import type { BytesBody, Handler, JsonScope } from '../json-scope.ts';
import { found, type Desk, type View } from './desk.ts';
import { param } from '../parameters.ts';
import { words } from './words.ts';

type Part = 'receipt' | 'content';

export function proofRoutes(scope: JsonScope, desk: Desk): void {
  const { log, reader, organisation } = desk.deps;

  const bytesOf = async (part: Part, sequence: number, content: Uint8Array): Promise<Result<BytesBody>> => {
    if (part === 'content') return ok({ bytes: content, type: 'application/json' });
    const receipt = await log.receipt(sequence);
    return receipt.ok ? ok({ bytes: receipt.value, type: 'application/cbor', fileName: `receipt-${organisation.id}-${sequence}.cbor` }) : receipt;
  };

  const answer = (view: View, part: Part, type: string, bytes: BytesBody) =>
    desk.release<BytesBody>(view, { what: part === 'receipt' ? words.proof : words.content, counts: { [type]: 1 }, answer: () => bytes });

  const record =
    (part: Part): Handler =>
    async (request) => {
      const view = await desk.view(request, 'prove');
      const key = { type: param(request, 'type'), id: param(request, 'recordId') };
      const version = Number(param(request, 'version'));
      const stored: StoredVersion | undefined =
        Number.isSafeInteger(version) && version > 0 ? await reader.readVersion(view.space, key, version, view.decision.visibility) : undefined;
      const known = found(stored);
      if (!known.ok) return known;
      const bytes = await bytesOf(part, known.value.sequence, known.value.content);
      return bytes.ok ? answer(view, part, key.type, bytes.value) : bytes;
    };

  /** Only events that are the patient's: found under the patient's own term, never by position alone. */
  const eventOf = async (patient: string, sequence: number): Promise<StoredEvent | undefined> => {
    for (const [kind, term] of [
      ['audit', patientTerm(organisation.id, organisation.id, patient)],
      ['consent', sharesTerm(patient)],
    ] as const) {
      for await (const event of eventsOf(reader, kind, term)) {
        if (event.sequence === sequence) return event;
        if (event.sequence < sequence) break;
      }
    }
    return undefined;
  };

  const event =
    (part: Part): Handler =>
    async (request) => {
      const view = await desk.view(request, 'see-accesses');
      if (view.copy) throw new CodedException({ code: 'gateway.not-found', message: 'The access log of this record is at its custodian.' });
      const known = found(await eventOf(view.patient, Number(param(request, 'sequence'))));
      if (!known.ok) return known;
      const bytes = await bytesOf(part, known.value.sequence, known.value.content);
      return bytes.ok ? answer(view, part, 'AuditEvent', bytes.value) : bytes;
    };

  for (const part of ['receipt', 'content'] as const) {
    scope.route('GET', `/portal/api/patients/:id/records/:type/:recordId/:version/${part}`, record(part));
    scope.route('GET', `/portal/api/patients/:id/events/:sequence/${part}`, event(part));
  }
}
