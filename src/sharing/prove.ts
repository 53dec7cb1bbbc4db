/**
 * Updates travel before they are on the ledger. Once the custodian has anchored them, the grantee asks for the paths and checks every
 * copy against the ledger, as it did with the first read. A copy that does not lead there is told to the operator and logged.
 */
import { codedError } from '../base/errors.ts';
import { toHex } from '../base/bytes.ts';
import { fail, ok } from '../base/result.ts';
import type { Method } from '../network/server.ts';
import type { RecordKey } from '../records/model.ts';
import { sharingErrors } from './errors.ts';
import type { IncomingShare } from './grantee/incoming-book.ts';
import { decodeProofs, decodeSequences, encodeProofs, encodeSequences, MAX_SEQUENCES, methods } from './messages/messages.ts';
import type { SentVersion } from './messages/page.ts';
import { pause, type Parts } from './parts.ts';
import { grantBytes } from './messages/share-terms.ts';
import { contentOf, eventDraft, newestEvent } from './stored-events.ts';
import { words } from './words.ts';

const ROUND = 3000;
const HISTORY_PAGE = 200;
/** Clocks and batches: looked at again from a little before. */
const OVERLAP = 120_000;

/** At the custodian. Paths are hashes of hashes: whoever had a share may have those of its entries, after its end too. */
export function proveMethod(parts: Parts): Method {
  const { outgoing, source } = parts;
  return async (call) => {
    const wanted = decodeSequences(call.body);
    if (!wanted) return fail(codedError(sharingErrors, 'sharing.malformed'));
    const share = await outgoing.find(toHex(call.grant));
    if (share?.terms.grantee !== call.from) return fail(codedError(sharingErrors, 'sharing.unknown-share'));
    return ok(encodeProofs(await Promise.all(wanted.map((sequence) => source.proof(sequence)))));
  };
}

type Pending = RecordKey & { readonly sequence: number };

export interface Prover {
  /** Copies that came without proof. */
  pending(share: IncomingShare, versions: readonly SentVersion[]): void;
  /** Takes up copies that were not proven when the node stopped; then works until the signal aborts. */
  start(): Promise<void>;
  /** Copies that are not what their custodian has committed to, since the start. */
  disputed(): number;
  /** Copies that wait for their proof. */
  unproven(): number;
}

interface ProvenUpTo {
  readonly v: 1;
  readonly type: 'proven';
  /** Copies that arrived before this time are proven; milliseconds since 1970. */
  readonly time: number;
}

const provenTerm = (grantId: string): string => `proven\u0000${grantId}`;

export function prover(parts: Parts): Prover {
  const { channel, copies, check, incoming, reader, writer, now, signal, onError } = parts;
  const waiting = new Map<string, { readonly share: IncomingShare; list: Pending[]; since: number }>();
  let disputed = 0;

  const add = (share: IncomingShare, list: readonly Pending[]): void => {
    if (list.length === 0) return;
    const { grantId } = share.terms;
    const entry = waiting.get(grantId);
    if (entry) entry.list.push(...list);
    else waiting.set(grantId, { share, list: [...list], since: now() });
  };

  const differs = async (share: IncomingShare, { type, id, sequence }: Pending): Promise<void> => {
    disputed++;
    const { custodian, patient, grantId } = share.terms;
    const content = { v: 1, type: 'copy-differs', custodian, patient, record: `${type}/${id}`, sequence, time: new Date(now()).toISOString() };
    await writer.append({
      versions: [],
      events: [eventDraft('notice', now(), `${custodian}/${patient}`, content, [`differs\u0000${grantId}`])],
      guards: [],
    });
    // Told by position: ids of records have no place in a log file.
    onError(new Error(`The copy of entry ${sequence} of ${custodian}'s log is not what ${custodian} has committed to.`));
  };

  /** What has its proof now is checked and leaves the list. */
  const round = async (entry: { readonly share: IncomingShare; list: Pending[]; since: number }): Promise<void> => {
    const { custodian, grantId, purpose } = entry.share.terms;
    const batch = entry.list.slice(0, MAX_SEQUENCES);
    const who = { id: 'copies', kind: 'machine', name: words.machine, role: 'system' } as const;
    const answered = await channel.call({
      to: custodian,
      method: methods.prove,
      who,
      purpose,
      grant: grantBytes(grantId),
      body: encodeSequences(batch.map(({ sequence }) => sequence)),
    });
    if (!answered.ok) return;
    const proofs = decodeProofs(answered.value.body);
    if (proofs?.length !== batch.length) return;
    const settled = new Set<Pending>();
    for (const [index, pending] of batch.entries()) {
      const proof = proofs[index]!;
      if (proof === null) continue;
      const copy = await copies.original(custodian, pending, pending.sequence);
      if (!copy?.origin) {
        settled.add(pending);
        continue;
      }
      const { type, id, version, deleted, lastUpdated, content, origin } = copy;
      const checked = await check.check(entry.share, [
        { type, id, version, deleted, lastUpdated, content, sequence: origin.sequence, blinder: origin.blinder, proof },
      ]);
      // What could not be looked at is looked at in the next round.
      if (checked.ok || checked.error.code === 'sharing.commitment') settled.add(pending);
      if (!checked.ok && checked.error.code === 'sharing.commitment') await differs(entry.share, pending);
    }
    entry.list = entry.list.filter((pending) => !settled.has(pending));
    if (entry.list.length > 0) return;
    waiting.delete(grantId);
    const content: ProvenUpTo = { v: 1, type: 'proven', time: entry.since };
    await writer.append({ versions: [], events: [eventDraft('marker', now(), undefined, content, [provenTerm(grantId)])], guards: [] });
  };

  const work = async (): Promise<void> => {
    while (!signal.aborted) {
      await pause(ROUND, signal);
      for (const entry of waiting.values()) {
        if (signal.aborted) return;
        await round(entry).catch(onError);
      }
    }
  };

  const takeUp = async (share: IncomingShare): Promise<void> => {
    const { custodian, patient, grantId } = share.terms;
    const marker = await newestEvent(reader, 'marker', provenTerm(grantId));
    const since = Math.max(0, (marker ? contentOf<ProvenUpTo>(marker).time : share.terms.since) - OVERLAP);
    const visibility = { patients: [patient], sharedTypes: [], withoutLabels: [] };
    let after: string | undefined;
    do {
      const page = await reader.history(custodian, { since }, { limit: HISTORY_PAGE, ...(after === undefined ? {} : { after }) }, visibility);
      add(
        share,
        page.records.flatMap(({ type, id, origin }) => (origin ? [{ type, id, sequence: origin.sequence }] : [])),
      );
      after = page.next;
    } while (after !== undefined);
  };

  return {
    pending: (share, versions) =>
      add(
        share,
        versions.filter(({ proof }) => proof === null).map(({ type, id, sequence }) => ({ type, id, sequence })),
      ),
    async start() {
      for (const share of await incoming.all()) await takeUp(share);
      work().catch(onError);
    },
    disputed: () => disputed,
    unproven: () => [...waiting.values()].reduce((sum, { list }) => sum + list.length, 0),
  };
}
