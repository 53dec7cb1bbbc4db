/** The first read: a clinician (or the machine, where a copy was held before) gets the whole record from its custodian, and keeps it. */
import { sha256 } from '#sha256';
import type { Principal } from '../../access/principal.ts';
import { toBase64Url } from '../../base/bytes.ts';
import { ok, type Result } from '../../base/result.ts';
import { hideRecords } from './accept-withdrawal.ts';
import type { IncomingShare } from './incoming-book.ts';
import { encodeRead, encodeReceived, methods, type ReceivedBody } from '../messages/messages.ts';
import { openPage, type SentVersion } from '../messages/page.ts';
import type { Parts } from '../parts.ts';
import { grantBytes } from '../messages/share-terms.ts';
import { eventDraft, type Cursor, type DisclosureContent } from '../stored-events.ts';
import { copyTerm, keptTerm } from '../terms.ts';

export interface Fetched {
  readonly versions: number;
  readonly kept: number;
  /** Versions that were proven against a batch of the custodian's log on the ledger. */
  readonly proven: number;
}

const MAX_PAGES = 2000;
const TIMEOUT = 60_000;

/** Errors of the custodian (`access.*`), of the channel (`network.*`), or `sharing.commitment`: then nothing of that page is kept. */
export async function fetchCopy(parts: Parts, share: IncomingShare, principal: Principal): Promise<Result<Fetched>> {
  const { channel, copies, check, hpke, ledger, now, onUnproven } = parts;
  const { custodian, patient, grantId, purpose } = share.terms;
  const who = { id: principal.id, kind: principal.kind, name: principal.name, role: principal.role };
  const grant = grantBytes(grantId);
  let after = '';
  let upTo: Cursor | undefined;
  let receipt = new Uint8Array(0);
  let total = { versions: 0, kept: 0, proven: 0 };
  for (let pages = 0; pages < MAX_PAGES; pages++) {
    const answered = await channel.call({
      to: custodian,
      method: methods.read,
      who,
      purpose,
      grant,
      body: encodeRead({ patient, after }),
      timeout: TIMEOUT,
    });
    if (!answered.ok) return answered;
    const page = await openPage(hpke, ledger.chainId, share.terms, answered.value.body);
    if (!page.ok) return page;
    const versions: readonly SentVersion[] = page.value.versions;
    const checked = await check.check(share, versions);
    if (!checked.ok) return checked;
    upTo ??= page.value.upTo;
    receipt = new Uint8Array(answered.value.answer.request);
    const last = page.value.next === '';
    const cursor = upTo;
    const count = total.versions + versions.length;
    const content: DisclosureContent = {
      v: 1,
      type: 'received',
      grantId,
      patient,
      peer: custodian,
      count,
      upTo: cursor,
      receipt: toBase64Url(receipt),
    };
    const told = { grantId, custodian, patient, records: page.value.withdrawn, receipt: toBase64Url(sha256(answered.value.receipt)) };
    const hidden = told.records.length === 0 ? ok(undefined) : await hideRecords(parts, told);
    if (!hidden.ok) return hidden;
    const kept = await copies.keep(custodian, patient, versions, () =>
      last ? [eventDraft('disclosure', now(), `${custodian}/${patient}`, content, [copyTerm(grantId)])] : [],
    );
    if (!kept.ok) return kept;
    onUnproven(share, versions);
    total = { versions: count, kept: total.kept + kept.value.kept, proven: total.proven + checked.value.proven };
    if (last) {
      const closed = await acknowledge(parts, share, principal, { upTo: cursor, count, sequence: kept.value.eventSequence });
      return closed.ok ? ok(total) : closed;
    }
    after = page.value.next;
  }
  return ok(total);
}

/** The receipt for a whole read: the custodian has it when this resolves with ok, and keeps the copy up to date from there on. */
export async function acknowledge(parts: Parts, share: IncomingShare, principal: Principal, received: ReceivedBody): Promise<Result<unknown>> {
  const { channel, writer, now } = parts;
  const { custodian, grantId, purpose } = share.terms;
  const who = { id: principal.id, kind: principal.kind, name: principal.name, role: principal.role };
  const body = encodeReceived(received);
  const closed = await channel.call({ to: custodian, method: methods.received, who, purpose, grant: grantBytes(grantId), body });
  if (!closed.ok) return closed;
  const marker = eventDraft('marker', now(), undefined, { v: 1, type: 'kept', grantId }, [keptTerm(grantId)]);
  return writer.append({ versions: [], events: [marker], guards: [] });
}
