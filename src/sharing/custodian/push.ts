/**
 * Keeps grantees' copies up to date: what is written for a patient goes, in order, to everybody who has a copy under an active share, and
 * what a share no longer covers is withdrawn.
 * The organisation log itself is the outbox: each copy has a cursor into it, durable with the grantee's signed receipt, so after a crash
 * a sweep from the cursor finds what was not delivered; delivery is idempotent at the grantee.
 */
import { openReleased } from '../../access/release.ts';
import { toBase64Url } from '../../base/bytes.ts';
import type { Decision } from '../../access/decision.ts';
import type { Principal } from '../../access/principal.ts';
import type { AccessRequest } from '../../access/request.ts';
import { codedError } from '../../base/errors.ts';
import { fail, ok, unwrap, type Result } from '../../base/result.ts';
import { networkErrors } from '../../network/errors.ts';
import type { RecordKey, StoredVersion, Unit, Visibility, Written } from '../../records/model.ts';
import { countTypes } from '../count-types.ts';
import { methods } from '../messages/messages.ts';
import { sealPage } from '../messages/page.ts';
import { backOff, pause, type Parts } from '../parts.ts';
import { machineOf } from '../peer-principal.ts';
import { cursorNow, readMarker } from './serve-read.ts';
import { shareState, type StoredShare } from './share-book.ts';
import { grantBytes } from '../messages/share-terms.ts';
import { stillPermitted } from '../still-permitted.ts';
import { contentOf, eventDraft, newestEvent, type Cursor, type DisclosureContent } from '../stored-events.ts';
import { copyTerm, readTerm } from '../terms.ts';
import { allLapsed, withdrawMessages, type WithdrawMessage } from './withdrawals.ts';
import type { WithdrawnRecord } from '../messages/withdrawn-record.ts';
import { words } from '../words.ts';

type Waiting = RecordKey & { readonly version: number; readonly sequence: number };

interface Subscription {
  readonly share: StoredShare;
  cursor: Cursor;
  /** Whether what the share no longer covers has been looked for ever since the copy was first read. */
  checked: boolean;
  queue: Waiting[];
  /** Something may have been missed: look from the cursor on. */
  dirty: boolean;
  /** What goes next is being looked up, sealed and logged. */
  preparing: boolean;
  running: boolean;
  attempts: number;
  ended: boolean;
  /** Withdrawals and then versions that were released, but not yet delivered: sent again as they are, as long as the share holds. */
  withdrawals: readonly (WithdrawMessage & { readonly upTo: Cursor })[];
  held: { readonly body: Uint8Array; readonly count: number; readonly keys: readonly RecordKey[]; readonly upTo: Cursor } | undefined;
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

const NOTHING: Pick<Subscription, 'withdrawals' | 'held'> = { withdrawals: [], held: undefined };

const isBehind = ({ queue, dirty, preparing, withdrawals, held }: Subscription): boolean =>
  queue.length > 0 || dirty || preparing || withdrawals.length > 0 || held !== undefined;

export function pusher(parts: Parts): Pusher {
  const { organisation, access, source, outgoing, reader, writer, channel, directory, ledger, now, signal, onError } = parts;
  const subscriptions = new Map<string, Subscription>();
  const byPatient = new Map<string, Set<Subscription>>();

  const end = (subscription: Subscription) => {
    subscription.ended = true;
    subscriptions.delete(subscription.share.terms.grantId);
    byPatient.get(subscription.share.terms.patient)?.delete(subscription);
  };

  /** Updates whose records may have left a compartment: looked up together, and one lookup after another. */
  let updated: Waiting[] = [];
  let lookedUp: Promise<void> = Promise.resolve();

  const lookUp = async (): Promise<void> => {
    const keys = updated;
    updated = [];
    try {
      for (const { index, patient } of await reader.leftCompartments('own', keys, [...byPatient.keys()])) enqueue(patient, keys[index]!);
    } catch (cause) {
      onError(cause);
      sweep();
    }
  };

  /** What goes next, and where the copy stands after it. */
  const gather = async (subscription: Subscription, visibility: Visibility) => {
    if (subscription.dirty) {
      const upTo = cursorNow(parts);
      subscription.dirty = false;
      subscription.queue = [];
      const { cursor, checked, share } = subscription;
      // A copy from before there were withdrawals: once, everything since the share was made.
      const withdrawn = await allLapsed(reader, { since: checked ? cursor.sequence : Math.min(share.sequence, cursor.sequence) }, visibility);
      const versions = await source.since(subscription.cursor, visibility);
      return { withdrawn, versions, upTo };
    }
    subscription.queue = subscription.queue.filter(({ sequence }) => sequence >= subscription.cursor.sequence);
    const batch = subscription.queue.splice(0, BATCH);
    if (batch.length === 0) return undefined;
    const last = Math.max(...batch.map(({ sequence }) => sequence));
    // The cursor must not pass an update that is still being looked up.
    await lookedUp;
    batch.push(...subscription.queue.filter(({ sequence }) => sequence <= last));
    subscription.queue = subscription.queue.filter(({ sequence }) => sequence > last);
    const keys = new Map(batch.filter(({ version }) => version > 1).map(({ type, id }) => [`${type}/${id}`, { type, id }]));
    const withdrawn = await allLapsed(reader, { since: subscription.cursor.sequence, keys: [...keys.values()] }, visibility);
    const versions = await source.these(batch, visibility);
    return { withdrawn, versions, upTo: { sequence: last + 1, time: Math.max(subscription.cursor.time, now() - 60_000) } };
  };

  /** Delivers a message; the grantee's signed answer is in the log when this has resolved, with where the copy stands now. */
  const deliver = async (
    { share: { terms } }: Subscription,
    method: string,
    type: DisclosureContent['type'],
    { body, count, upTo }: { readonly body: Uint8Array; readonly count: number; readonly upTo: Cursor },
  ): Promise<Result<unknown>> => {
    const { patient, grantee, grantId } = terms;
    const who = { id: 'copies', kind: 'machine', name: words.machine, role: 'system' } as const;
    const answered = await channel.call({ to: grantee, method, who, purpose: terms.purpose, grant: grantBytes(grantId), body });
    if (!answered.ok) return answered;
    const receipt = toBase64Url(answered.value.receipt);
    const content: DisclosureContent = { v: 1, type, grantId, patient, peer: grantee, count, upTo, receipt };
    return writer.append({ versions: [], events: [eventDraft('disclosure', now(), patient, content, [copyTerm(grantId)])], guards: [] });
  };

  const nothingLeft = async (subscription: Subscription): Promise<Result<boolean>> => {
    if (subscription.checked) return ok(false);
    const written = await writer.append({ versions: [], events: [readMarker(subscription.share.terms.grantId, now())], guards: [] });
    subscription.checked = written.ok;
    return written.ok ? ok(false) : written;
  };

  /** What has waited for an absent grantee is not sent any more when a part of it is no longer covered. */
  const recall = async (subscription: Subscription, visibility: Visibility): Promise<void> => {
    const { held, attempts } = subscription;
    if (attempts === 0 || !held) return;
    if ((await reader.lapsed('own', { since: 0, keys: held.keys }, visibility, [], 1)).length === 0) return;
    subscription.held = undefined;
    subscription.dirty = true;
  };

  /** What was released before goes first. Undefined: nothing is waiting. */
  const deliverWaiting = async (subscription: Subscription): Promise<Result<boolean> | undefined> => {
    const [withdrawal] = subscription.withdrawals;
    const waiting = withdrawal ?? subscription.held;
    if (!waiting) return undefined;
    const delivered = await deliver(subscription, withdrawal ? methods.withdraw : methods.push, withdrawal ? 'withdrawn' : 'sent', waiting);
    if (!delivered.ok) return delivered;
    if (withdrawal) subscription.withdrawals = subscription.withdrawals.slice(1);
    else subscription.held = undefined;
    subscription.cursor = waiting.upTo;
    return isBehind(subscription) ? ok(true) : nothingLeft(subscription);
  };

  /** Seals and logs what goes next; it waits in the subscription then. False: there is nothing. */
  const release = async (
    subscription: Subscription,
    asked: { readonly principal: Principal; readonly request: AccessRequest; readonly decision: Decision },
    next: { readonly withdrawn: readonly WithdrawnRecord[]; readonly versions: readonly StoredVersion[]; readonly upTo: Cursor },
  ): Promise<Result<boolean>> => {
    const { terms } = subscription.share;
    const { upTo } = next;
    if (next.withdrawn.length === 0 && next.versions.length === 0) {
      subscription.cursor = upTo;
      return subscription.queue.length > 0 || subscription.dirty ? ok(true) : nothingLeft(subscription);
    }
    const member = await directory.activeMember(terms.grantee);
    if (!member.ok) return member;
    const messages = await withdrawMessages(parts, asked, next.withdrawn);
    if (!messages.ok) return messages;
    // As long as versions are still to follow, the copy stands where it did.
    const last = next.versions.length === 0 ? messages.value.length - 1 : -1;
    subscription.withdrawals = messages.value.map((message, index) => ({ ...message, upTo: index === last ? upTo : subscription.cursor }));
    if (next.versions.length === 0) return ok(true);
    const versions = await source.sent(next.versions, false);
    const released = await access.release({
      ...asked,
      through: 'network',
      touched: [{ patient: terms.patient, counts: countTypes(versions) }],
      what: words.pushed(versions.length),
      answer: async () => {
        const page = { versions, withdrawn: [], next: '', upTo };
        const sealed = unwrap(await sealPage(member.value.hpkeKey, ledger.chainId, terms, page));
        await stillPermitted(access, asked.principal, asked.request, asked.decision);
        return sealed;
      },
    });
    if (!released.ok) return released;
    subscription.held = { body: openReleased(released.value), count: versions.length, keys: versions.map(({ type, id }) => ({ type, id })), upTo };
    return ok(true);
  };

  /** Releases one batch, or delivers what was released. False: nothing (more) to do. */
  const step = async (subscription: Subscription): Promise<Result<boolean>> => {
    const { terms } = subscription.share;
    const { patient, grantee } = terms;
    const principal = machineOf(grantee, now());
    const request = { action: 'read', types: [], custodian: organisation, patient } as const;
    const decision = await access.decide(principal, request);
    if (decision.effect === 'deny') {
      if (decision.refusal?.code === 'access.share-stopped') end(subscription);
      return fail(decision.refusal!);
    }
    await recall(subscription, decision.visibility);
    const delivered = await deliverWaiting(subscription);
    if (delivered) return delivered;
    subscription.preparing = true;
    try {
      const next = await gather(subscription, decision.visibility);
      const released = next && (await release(subscription, { principal, request, decision }, next));
      if (released?.ok === false) subscription.dirty = true;
      return released ?? ok(false);
    } catch (cause) {
      subscription.dirty = true;
      throw cause;
    } finally {
      subscription.preparing = false;
    }
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
    if (!signal.aborted && !subscription.ended && isBehind(subscription)) kick(subscription);
  };
  const kick = (subscription: Subscription): void => {
    run(subscription).catch(onError);
  };

  const subscribe = (share: StoredShare, cursor: Cursor, checked: boolean): void => {
    const { grantId, patient } = share.terms;
    const known = subscriptions.get(grantId);
    if (known) {
      known.cursor = cursor;
      known.dirty = true;
      return kick(known);
    }
    const subscription: Subscription = {
      share,
      cursor,
      checked,
      queue: [],
      dirty: true,
      preparing: false,
      running: false,
      attempts: 0,
      ended: false,
      ...NOTHING,
    };
    subscriptions.set(grantId, subscription);
    let set = byPatient.get(patient);
    if (!set) byPatient.set(patient, (set = new Set()));
    set.add(subscription);
    kick(subscription);
  };

  const enqueue = (patient: string, waiting: Waiting): void => {
    for (const subscription of byPatient.get(patient) ?? []) {
      if (subscription.queue.length >= MAX_QUEUE) subscription.dirty = true;
      else subscription.queue.push(waiting);
      kick(subscription);
    }
  };
  const sweep = (): void => {
    for (const subscription of subscriptions.values()) {
      subscription.dirty = true;
      kick(subscription);
    }
  };

  return {
    subscribe: (share, cursor) => subscribe(share, cursor, true),
    async start() {
      for (const share of await outgoing.all()) {
        if (shareState(share, now()) !== 'active') continue;
        const event = await newestEvent(reader, 'disclosure', copyTerm(share.terms.grantId));
        const read = await newestEvent(reader, 'marker', readTerm(share.terms.grantId));
        if (event) subscribe(share, contentOf<DisclosureContent>(event).upTo, read !== undefined);
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
        const { type, id, version, compartments } = draft;
        const waiting = { type, id, version, sequence: sequences[index]! };
        // The draft of a deletion does not say whose it was, and one of nobody's with a label may be out of every share: everybody looks.
        if (compartments.length === 0 && (draft.deleted || (version > 1 && draft.labels.length > 0))) sweep();
        for (const patient of compartments) enqueue(patient, waiting);
        if (version === 1 || draft.deleted) continue;
        updated.push(waiting);
        if (updated.length === 1) lookedUp = lookedUp.then(lookUp);
      }
    },
    sweep,
    behind: () => [...subscriptions.values()].filter(isBehind).length,
  };
}
