/** The custodian's answer to a grantee's read of the whole record, page by page, and the receipt that closes it. */
import { countTypes } from '../count-types.ts';
import { codedError } from '../../base/errors.ts';
import { fail, ok, unwrap } from '../../base/result.ts';
import { toBase64Url, toHex } from '../../base/bytes.ts';
import { accessErrors } from '../../access/errors.ts';
import { openReleased } from '../../access/release.ts';
import type { Method } from '../../network/server.ts';
import type { EventDraft } from '../../records/model.ts';
import { sharingErrors } from '../errors.ts';
import { decodeRead, decodeReceived } from '../messages/messages.ts';
import { sealPage } from '../messages/page.ts';
import type { Parts } from '../parts.ts';
import { peerPrincipal } from '../peer-principal.ts';
import { stillPermitted } from '../still-permitted.ts';
import { eventDraft, type Cursor, type DisclosureContent } from '../stored-events.ts';
import { copyTerm, readTerm } from '../terms.ts';
import { earlierGiven, namesFrom, type PageNames } from './withdrawals.ts';
import { words } from '../words.ts';

const NO_NAMES: PageNames = { records: [], next: '' };

/** A write that has its time stamp but not yet its place in the log is not missed: copies resume from a little before. */
const OVERLAP = 60_000;

/** Where the log stands now: a copy that has everything written up to here resumes from it. */
export const cursorNow = ({ log, now }: Pick<Parts, 'log' | 'now'>): Cursor => ({ sequence: log.size(), time: Math.max(0, now() - OVERLAP) });

/** From here on the grantee may have something under the grant, and what the share no longer covers of it is withdrawn. */
export const readMarker = (grantId: string, now: number): EventDraft =>
  eventDraft('marker', now, undefined, { v: 1, type: 'read', grantId }, [readTerm(grantId)]);

export function readMethod(parts: Parts): Method {
  const { organisation, access, source, outgoing, directory, ledger, now } = parts;
  return async (call) => {
    const asked = decodeRead(call.body);
    if (!asked) return fail(codedError(sharingErrors, 'sharing.malformed'));
    const principal = peerPrincipal(call);
    if (!principal) return fail(codedError(accessErrors, 'access.role'));
    const { patient, after } = asked;
    const request = { action: 'read', types: [], custodian: organisation, patient } as const;
    // Before the decision: what is written from here on is pushed, or seen by the sweep.
    const upTo = cursorNow(parts);
    const decision = await access.decide(principal, request);
    const share = decision.grantId === undefined ? undefined : await outgoing.find(decision.grantId);
    const grantee = await directory.activeMember(call.from);
    if (decision.effect === 'deny' || !share || !grantee.ok) {
      const refused = await access.release({ principal, request, decision, through: 'network', touched: [], answer: () => undefined });
      return refused.ok ? fail(codedError(accessErrors, 'access.no-basis')) : refused;
    }
    const from = namesFrom(after);
    const names = from === undefined ? NO_NAMES : await earlierGiven(parts, share, decision.visibility, from);
    const page =
      names.next === '' ? await source.page(patient, decision.visibility, from === undefined ? after : '') : { versions: [], next: names.next };
    const versions = await source.sent(page.versions, true);
    const begun = from === 0;
    const released = await access.release({
      principal,
      request,
      decision,
      through: 'network',
      touched: [{ patient, counts: countTypes(versions) }],
      what: words.readWhole(versions.length, names.records.length),
      ...(begun ? { unit: { versions: [], events: [readMarker(share.terms.grantId, now())], guards: [] } } : {}),
      answer: async () => {
        const content = { versions, withdrawn: names.records, next: page.next, upTo };
        const sealed = unwrap(await sealPage(grantee.value.hpkeKey, ledger.chainId, share.terms, content));
        await stillPermitted(access, principal, request, decision);
        return sealed;
      },
    });
    if (released.ok) return ok(openReleased(released.value));
    // What the log could not take is the custodian's own affair, whichever of its entries it was.
    const unlogged = begun && /^(store|records)\./.test(released.error.code);
    return unlogged ? fail(codedError(accessErrors, 'access.audit-failed', { data: { cause: released.error.code } })) : released;
  };
}

/** The grantee's signed receipt goes into the log; from here on the copy is kept up to date. */
export function receivedMethod(parts: Parts, onReceived: (grantId: string, cursor: Cursor) => void): Method {
  const { outgoing, writer, now } = parts;
  return async (call) => {
    const received = decodeReceived(call.body);
    if (!received) return fail(codedError(sharingErrors, 'sharing.malformed'));
    const grantId = toHex(call.grant);
    const share = await outgoing.find(grantId);
    if (share?.terms.grantee !== call.from) return fail(codedError(sharingErrors, 'sharing.unknown-share'));
    const { patient } = share.terms;
    // Never ahead of the log: a wrong receipt must not make the copy skip anything.
    const upTo = { sequence: Math.min(received.upTo.sequence, parts.log.size()), time: Math.min(received.upTo.time, now()) };
    const content: DisclosureContent = {
      v: 1,
      type: 'sent',
      grantId,
      patient,
      peer: call.from,
      count: received.count,
      upTo,
      receipt: toBase64Url(call.bytes),
    };
    const written = await writer.append({
      versions: [],
      events: [eventDraft('disclosure', now(), patient, content, [copyTerm(grantId)])],
      guards: [],
    });
    if (!written.ok) return written;
    onReceived(grantId, upTo);
    return ok(new Uint8Array(0));
  };
}
