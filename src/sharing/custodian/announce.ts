/** Telling the grantee: that a share was opened (until it has been heard), and that it was closed (the ledger says so anyway). */
import { openReleased } from '../../access/release.ts';
import { codedError } from '../../base/errors.ts';
import { toHex } from '../../base/bytes.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import type { Method } from '../../network/server.ts';
import { sharingErrors } from '../errors.ts';
import { fetchCopy } from '../grantee/fetch-copy.ts';
import { decodeShareOpened, encodeShareOpened, methods } from '../messages/messages.ts';
import { backOff, pause, type Parts } from '../parts.ts';
import { machineOf } from '../peer-principal.ts';
import { shareState, type StoredShare } from './share-book.ts';
import { commitsTo, grantBytes } from '../messages/share-terms.ts';
import { eventDraft, newestEvent, type NoticeContent } from '../stored-events.ts';
import { allIncomingTerm, copyTerm, incomingTerm, shareTerm } from '../terms.ts';
import { words } from '../words.ts';

export interface Announcer {
  /** Announces active shares that the grantee has not heard of yet; goes on trying in the background. */
  start(): Promise<void>;
  opened(share: StoredShare): void;
  closed(share: StoredShare): void;
}

const announcedTerm = (grantId: string): string => `announced\u0000${grantId}`;
const machine = { id: 'shares', kind: 'machine', name: words.machine, role: 'system' } as const;

export function announcer(parts: Parts): Announcer {
  const { organisation, access, channel, outgoing, reader, writer, subject, now, signal, onError } = parts;

  /** The message carries the patient's name: a release like any other, logged once. */
  const message = async (share: StoredShare): Promise<Result<Uint8Array>> => {
    const { terms, blinder } = share;
    const who = await subject(terms.patient);
    if (!who) return fail(codedError(sharingErrors, 'sharing.invalid', { message: 'The patient’s record has no name.' }));
    const principal = machineOf(terms.grantee, now());
    const request = { action: 'read', types: ['Patient'], custodian: organisation, patient: terms.patient } as const;
    const decision = await access.decide(principal, request);
    const released = await access.release({
      principal,
      request,
      decision,
      through: 'network',
      touched: [{ patient: terms.patient, counts: { Patient: 1 } }],
      what: words.shareAnnounced,
      answer: () => encodeShareOpened({ terms, blinder, subject: who }),
    });
    return released.ok ? ok(openReleased(released.value)) : released;
  };

  const announce = async (share: StoredShare): Promise<void> => {
    const { terms } = share;
    let body: Uint8Array | undefined;
    for (let attempts = 0; !signal.aborted; attempts++) {
      const current = await outgoing.find(terms.grantId);
      if (!current || shareState(current, now()) !== 'active') return;
      const made = body ? ok(body) : await message(share);
      if (made.ok) {
        body = made.value;
        const answered = await channel.call({
          to: terms.grantee,
          method: methods.shareOpened,
          who: machine,
          purpose: terms.purpose,
          grant: grantBytes(terms.grantId),
          body,
        });
        if (answered.ok) {
          await writer.append({
            versions: [],
            events: [eventDraft('marker', now(), undefined, { v: 1, type: 'announced', grantId: terms.grantId }, [announcedTerm(terms.grantId)])],
            guards: [],
          });
          return;
        }
      }
      await pause(backOff(attempts), signal);
    }
  };

  return {
    async start() {
      for (const share of await outgoing.all()) {
        if (shareState(share, now()) !== 'active') continue;
        if (!(await newestEvent(reader, 'marker', announcedTerm(share.terms.grantId)))) announce(share).catch(onError);
      }
    },
    opened: (share) => void announce(share).catch(onError),
    closed({ terms }) {
      channel
        .call({
          to: terms.grantee,
          method: methods.shareClosed,
          who: machine,
          purpose: terms.purpose,
          grant: grantBytes(terms.grantId),
          body: new Uint8Array(0),
        })
        .catch(onError);
    },
  };
}

/** At the grantee: the share goes into the book when it is what the ledger has a commitment to. */
export function shareOpenedMethod(parts: Parts): Method {
  const { organisation, grants, writer, incoming, reader, order, now, onError } = parts;
  return (call) =>
    order.run(`share/${toHex(call.grant)}`, async () => {
      const opened = decodeShareOpened(call.body);
      if (!opened || opened.terms.grantId !== toHex(call.grant)) return fail(codedError(sharingErrors, 'sharing.malformed'));
      const { terms, blinder, subject } = opened;
      if (terms.custodian !== call.from || terms.grantee !== organisation) return fail(codedError(sharingErrors, 'sharing.malformed'));
      const grant = await grants.grant(terms.grantId);
      if (!grant || !commitsTo(grant.commitment, terms, blinder))
        return fail(codedError(sharingErrors, 'sharing.commitment', { message: 'The ledger has no commitment to this share.' }));
      if (await incoming.find(terms.grantId)) return ok(new Uint8Array(0));
      const content: NoticeContent = { v: 1, type: 'share-received', terms, blinder: toHex(blinder), subject };
      const tokens = [allIncomingTerm, incomingTerm(terms.custodian, terms.patient), shareTerm(terms.grantId)];
      const written = await writer.append({
        versions: [],
        events: [eventDraft('notice', now(), `${terms.custodian}/${terms.patient}`, content, tokens)],
        guards: [],
      });
      if (!written.ok) return written;
      // A copy under the share that this one replaces goes on under the new one.
      if (terms.replaces !== '' && (await newestEvent(reader, 'disclosure', copyTerm(terms.replaces)))) {
        const share = await incoming.find(terms.grantId);
        if (share) order.run(`open/${terms.grantId}`, () => fetchCopy(parts, share, machineOf(organisation, now()))).catch(onError);
      }
      return ok(new Uint8Array(0));
    });
}

/** At the grantee nothing has to be done: every access looks at the ledger. The answer tells the custodian that it was heard. */
export const shareClosedMethod: Method = async () => ok(new Uint8Array(0));
