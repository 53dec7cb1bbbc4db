/**
 * Keeps grantees' copies up to date: what is written for a patient goes, in order, to everybody who has a copy under an active share.
 * The organisation log itself is the outbox: each copy has a cursor into it, durable with the grantee's signed receipt, so after a crash
 * a sweep from the cursor finds what was not delivered; delivery is idempotent at the grantee.
 */
import { openReleased } from '../access/release.ts';
import { toBase64Url } from '../base/bytes.ts';
import { codedError } from '../base/errors.ts';
import { fail, ok, unwrap, type Result } from '../base/result.ts';
import { networkErrors } from '../network/errors.ts';
import type { RecordKey, Unit, Written } from '../records/model.ts';
import { countTypes } from './count-types.ts';
import { methods } from './messages.ts';
import { sealPage } from './page.ts';
import { backOff, pause, type Parts } from './parts.ts';
import { machineOf } from './peer-principal.ts';
import { cursorNow } from './serve-read.ts';
import { shareState, type StoredShare } from './share-book.ts';
import { grantBytes } from './share-terms.ts';
import { stillPermitted } from './still-permitted.ts';
import { contentOf, eventDraft, newestEvent, type Cursor, type DisclosureContent } from './stored-events.ts';
import { copyTerm } from './terms.ts';
import { words } from './words.ts';

type Waiting = RecordKey & { readonly version: number; readonly sequence: number };

interface Subscription {
  readonly share: StoredShare;
  cursor: Cursor;
  queue: Waiting[];
  /** Something may have been missed: look from the cursor on. */
  dirty: boolean;
  running: boolean;
  attempts: number;
  ended: boolean;
  /** Released, but not yet delivered: sent again as it is, as long as the share holds. */
  held: { readonly body: Uint8Array; readonly count: number; readonly upTo: Cursor } | undefined;
}

export interface Pusher {
  /** Finds the copies there are and catches up with each. */
  start(): Promise<void>;
  /** The grantee has a copy up to the cursor: keep it so. */
  subscribe(share: StoredShare, cursor: Cursor): void;
  unsubscribe(grantId: string): void;
  wrote(unit: Unit, written: Written): void;
  /** Looks again from every cursor. */
  sweep(): void;
  /** Copies with something still to be delivered. */
  behind(): number;
}

const MAX_QUEUE = 5000;
const BATCH = 100;
/** Lets a burst of writes travel together, milliseconds. */
const GATHER = 25;

export function pusher(parts: Parts): Pusher {
  const { organisation, access, source, outgoing, reader, writer, channel, directory, ledger, now, signal, onError } = parts;
  const subscriptions = new Map<string, Subscription>();
  const byPatient = new Map<string, Set<Subscription>>();

  const end = (subscription: Subscription) => {
    subscription.ended = true;
    subscriptions.delete(subscription.share.terms.grantId);
    byPatient.get(subscription.share.terms.patient)?.delete(subscription);
  };

  /** What goes next, and where the copy stands after it. */
  const gather = async (subscription: Subscription, visibility: Parameters<typeof source.since>[1]) => {
    if (subscription.dirty) {
      const upTo = cursorNow(parts);
      subscription.dirty = false;
      subscription.queue = [];
      try {
        const missed = await source.since(subscription.cursor, visibility);
        return { versions: missed, upTo };
      } catch (cause) {
        subscription.dirty = true;
        throw cause;
      }
    }
    const batch = subscription.queue.splice(0, BATCH);
    const last = batch.at(-1);
    if (!last) return undefined;
    const versions = await source.these(batch, visibility);
    return { versions, upTo: { sequence: last.sequence + 1, time: Math.max(subscription.cursor.time, now() - 60_000) } };
  };

  /** Releases and delivers one batch. False: nothing (more) to do. */
  const step = async (subscription: Subscription): Promise<Result<boolean>> => {
    const { terms } = subscription.share;
    const { patient, grantee, grantId } = terms;
    const principal = machineOf(grantee, now());
    const request = { action: 'read', types: [], custodian: organisation, patient } as const;
    const decision = await access.decide(principal, request);
    if (decision.effect === 'deny') {
      if (decision.refusal?.code === 'access.share-stopped') end(subscription);
      return fail(decision.refusal!);
    }
    if (!subscription.held) {
      const next = await gather(subscription, decision.visibility);
      if (!next) return ok(false);
      if (next.versions.length === 0) {
        subscription.cursor = next.upTo;
        return ok(subscription.queue.length > 0 || subscription.dirty);
      }
      const member = await directory.activeMember(grantee);
      if (!member.ok) {
        subscription.dirty = true;
        return member;
      }
      const versions = await source.sent(next.versions, false);
      const released = await access.release({
        principal,
        request,
        decision,
        through: 'network',
        touched: [{ patient, counts: countTypes(versions) }],
        what: words.pushed(versions.length),
        answer: async () => {
          const sealed = unwrap(await sealPage(member.value.hpkeKey, ledger.chainId, terms, { versions, next: '', upTo: next.upTo }));
          await stillPermitted(access, principal, request, decision);
          return sealed;
        },
      });
      if (!released.ok) {
        subscription.dirty = true;
        return released;
      }
      subscription.held = { body: openReleased(released.value), count: versions.length, upTo: next.upTo };
    }
    const { body, count, upTo } = subscription.held;
    const who = { id: 'copies', kind: 'machine', name: words.machine, role: 'system' } as const;
    const answered = await channel.call({ to: grantee, method: methods.push, who, purpose: terms.purpose, grant: grantBytes(grantId), body });
    if (!answered.ok) return answered;
    const content: DisclosureContent = {
      v: 1,
      type: 'sent',
      grantId,
      patient,
      peer: grantee,
      count,
      upTo,
      receipt: toBase64Url(answered.value.receipt),
    };
    const logged = await writer.append({
      versions: [],
      events: [eventDraft('disclosure', now(), patient, content, [copyTerm(grantId)])],
      guards: [],
    });
    if (!logged.ok) return logged;
    subscription.held = undefined;
    subscription.cursor = upTo;
    return ok(subscription.queue.length > 0 || subscription.dirty);
  };

  const run = async (subscription: Subscription): Promise<void> => {
    if (subscription.running) return;
    subscription.running = true;
    try {
      await pause(GATHER, signal);
      while (!signal.aborted && !subscription.ended) {
        let result: Result<boolean>;
        try {
          result = await step(subscription);
        } catch (cause) {
          onError(cause);
          result = fail(codedError(networkErrors, 'network.failed'));
        }
        if (result.ok && !result.value) break;
        if (!result.ok) await pause(backOff(subscription.attempts++), signal);
        else subscription.attempts = 0;
      }
    } finally {
      subscription.running = false;
    }
    // Something may have come between the last look and here.
    if (!signal.aborted && !subscription.ended && (subscription.queue.length > 0 || subscription.dirty || subscription.held)) kick(subscription);
  };
  const kick = (subscription: Subscription): void => {
    run(subscription).catch(onError);
  };

  const subscribe = (share: StoredShare, cursor: Cursor): void => {
    const { grantId, patient } = share.terms;
    const known = subscriptions.get(grantId);
    if (known) {
      known.cursor = cursor;
      known.dirty = true;
      return kick(known);
    }
    const subscription: Subscription = { share, cursor, queue: [], dirty: true, running: false, attempts: 0, ended: false, held: undefined };
    subscriptions.set(grantId, subscription);
    let set = byPatient.get(patient);
    if (!set) byPatient.set(patient, (set = new Set()));
    set.add(subscription);
    kick(subscription);
  };

  return {
    subscribe,
    async start() {
      for (const share of await outgoing.all()) {
        if (shareState(share, now()) !== 'active') continue;
        const event = await newestEvent(reader, 'disclosure', copyTerm(share.terms.grantId));
        if (event) subscribe(share, contentOf<DisclosureContent>(event).upTo);
      }
    },
    unsubscribe(grantId) {
      const subscription = subscriptions.get(grantId);
      if (subscription) end(subscription);
    },
    wrote(unit, { sequences }) {
      if (subscriptions.size === 0) return;
      for (const [index, draft] of unit.versions.entries()) {
        if (draft.space !== 'own') continue;
        if (draft.deleted && draft.compartments.length === 0) {
          // The draft does not say whose it was: everybody looks.
          for (const subscription of subscriptions.values()) {
            subscription.dirty = true;
            kick(subscription);
          }
          continue;
        }
        for (const patient of draft.compartments) {
          for (const subscription of byPatient.get(patient) ?? []) {
            if (subscription.queue.length >= MAX_QUEUE) subscription.dirty = true;
            else subscription.queue.push({ type: draft.type, id: draft.id, version: draft.version, sequence: sequences[index]! });
            kick(subscription);
          }
        }
      }
    },
    sweep() {
      for (const subscription of subscriptions.values()) {
        subscription.dirty = true;
        kick(subscription);
      }
    },
    behind: () => [...subscriptions.values()].filter(({ queue, dirty, held }) => queue.length > 0 || dirty || held).length,
  };
}
