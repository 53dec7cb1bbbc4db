/** The grantee's side of copies: versions of another custodian, kept in a space of their own under this organisation's keys. */
import type { EventDraft, IndexTerms, RecordKey, StoredVersion, Unit, VersionDraft, Visibility } from '../../records/model.ts';
import type { RecordReader, RecordWriter } from '../../records/ports.ts';
import { ok, type Result } from '../../base/result.ts';
import type { SentVersion } from '../messages/page.ts';
import type { WithdrawnRecord } from '../messages/withdrawn-record.ts';
import type { Serial } from '../serial.ts';

/** What the index, the labels and the compartments take from a record's bytes (FHIR's extractor at the composition root). */
export interface ExtractedTerms {
  readonly terms: IndexTerms;
  readonly compartments: readonly string[];
  readonly labels: readonly string[];
  readonly sortDate?: number;
}
export type Extract = (version: RecordKey & { readonly content: Uint8Array }) => ExtractedTerms;

export interface KeptCopies {
  /** Versions that were new. */
  readonly kept: number;
  /** Position of the last event of the closing unit in this organisation's log. */
  readonly eventSequence: number;
}

export interface Withdrawing {
  readonly records: readonly WithdrawnRecord[];
  readonly hidden: readonly WithdrawnRecord[];
  readonly versions: readonly VersionDraft[];
}

export interface CopyStore {
  /** Versions known already are passed over. The events go into the last unit: they are there only when all is. */
  keep(
    custodian: string,
    patient: string,
    versions: readonly SentVersion[],
    events: (kept: number) => readonly EventDraft[],
  ): Promise<Result<KeptCopies>>;
  /**
   * Makes records unreadable, whoever's record they are in: nothing of them is found, counted or followed until a version arrives that
   * stands at or after the position that is named. What stood there or later already stays. Names without effect are passed over:
   * `write` is called with the rest (`versions` are theirs, in their order), unless it is empty; `hidden`: those of them that could be read until now.
   */
  withdraw<T>(custodian: string, records: readonly WithdrawnRecord[], write: (withdrawn: Withdrawing) => Promise<T>): Promise<T | undefined>;
  /** The copy of the version at this position of the custodian's log; without a key all copies are looked through. */
  original(custodian: string, key: RecordKey | undefined, sequence: number): Promise<StoredVersion | undefined>;
}

/** For upkeep of copies only: what is read under it is compared, never released. */
const UPKEEP: Visibility = { patients: 'all', sharedTypes: [], withoutLabels: [] };
const UNIT_VERSIONS = 200;
const HISTORY_PAGE = 100;
/** No patient has this id: a record whose head is in this compartment alone is in nobody's, with all its versions. */
const NOBODY = '\u0000withdrawn';
const isWithdrawal = ({ origin }: StoredVersion): boolean => origin?.blinder.length === 0;
const NO_TERMS: ExtractedTerms = { terms: { tokens: [], edges: [] }, compartments: [], labels: [] };

const name = (key: RecordKey): string => `${key.type}/${key.id}`;

export function copyStore(parts: {
  readonly reader: RecordReader;
  readonly writer: RecordWriter;
  readonly extract: Extract;
  readonly order: Serial;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}): CopyStore {
  const { reader, writer, extract, order, now } = parts;

  const draftOf = (custodian: string, patient: string, sent: SentVersion, version: number): VersionDraft => {
    const extracted = sent.deleted ? NO_TERMS : extract(sent);
    const compartments = sent.deleted ? [patient] : extracted.compartments;
    return {
      space: custodian,
      type: sent.type,
      id: sent.id,
      version,
      deleted: sent.deleted,
      content: sent.content,
      lastUpdated: sent.lastUpdated,
      patient: compartments.includes(patient) ? `${custodian}/${patient}` : undefined,
      compartments,
      labels: extracted.labels,
      terms: extracted.terms,
      ...(extracted.sortDate === undefined ? {} : { sortDate: extracted.sortDate }),
      origin: { organisation: custodian, sequence: sent.sequence, blinder: sent.blinder },
    };
  };

  const headsOf = async (custodian: string, records: readonly RecordKey[]): Promise<ReadonlyMap<string, StoredVersion>> => {
    const keys = new Map(records.map(({ type, id }) => [name({ type, id }), { type, id }]));
    return new Map((await reader.readMany(custodian, [...keys.values()], UPKEEP)).map((head) => [name(head), head]));
  };

  const keepNow: CopyStore['keep'] = async (custodian, patient, versions, events) => {
    const heads = await headsOf(custodian, versions);
    // Many at once may leave out deleted ones: a record that came back is rare enough to be looked up alone.
    const drafts: VersionDraft[] = [];
    const at = new Map<string, { version: number; sequence: number }>();
    // A withdrawal stands right before the version that it names: that one is taken when another share covers it.
    const placeOf = (head: StoredVersion): number => (head.origin?.sequence ?? -1) - (isWithdrawal(head) ? 1 : 0);
    for (const sent of versions.toSorted((a, b) => a.sequence - b.sequence)) {
      let place = at.get(name(sent));
      if (!place) {
        const head = heads.get(name(sent)) ?? (sent.version > 1 ? await reader.read(custodian, sent, UPKEEP) : undefined);
        place = { version: head?.version ?? 0, sequence: head ? placeOf(head) : -1 };
        at.set(name(sent), place);
      }
      if (sent.sequence <= place.sequence) continue;
      // The custodian's numbers may have gaps here (a version that the share does not cover): copies count for themselves.
      place.version += 1;
      place.sequence = sent.sequence;
      drafts.push(draftOf(custodian, patient, sent, place.version));
    }
    const closing = events(drafts.length);
    let written: readonly number[] = [];
    for (let from = 0; from === 0 || from < drafts.length; from += UNIT_VERSIONS) {
      const last = from + UNIT_VERSIONS >= drafts.length;
      const unit: Unit = { versions: drafts.slice(from, from + UNIT_VERSIONS), events: last ? closing : [], guards: [] };
      if (unit.versions.length === 0 && unit.events.length === 0) break;
      const result = await writer.append(unit);
      if (!result.ok) return result;
      written = result.value.sequences;
    }
    return ok({ kept: drafts.length, eventSequence: written.at(-1) ?? 0 });
  };

  const withdrawNow = async (custodian: string, records: readonly WithdrawnRecord[]): Promise<Withdrawing> => {
    const heads = await headsOf(custodian, records);
    const effective: readonly WithdrawnRecord[] = [
      ...new Map(records.toSorted((a, b) => a.sequence - b.sequence).map((record) => [name(record), record])).values(),
    ].filter((record) => (heads.get(name(record))?.origin?.sequence ?? -1) < record.sequence);
    const versions = effective.map(({ type, id, sequence }): VersionDraft => {
      const head = heads.get(name({ type, id }));
      return {
        space: custodian,
        type,
        id,
        version: (head?.version ?? 0) + 1,
        deleted: true,
        content: new Uint8Array(0),
        lastUpdated: Math.max(now(), head?.lastUpdated ?? 0),
        patient: undefined,
        compartments: [NOBODY],
        labels: [],
        terms: NO_TERMS.terms,
        origin: { organisation: custodian, sequence, blinder: new Uint8Array(0) },
      };
    });
    const hidden = effective.filter((record) => {
      const head = heads.get(name(record));
      return head !== undefined && !isWithdrawal(head);
    });
    return { records: effective, hidden, versions };
  };

  return {
    withdraw: (custodian, records, write) =>
      order.run(`keep/${custodian}`, async () => {
        const withdrawing = await withdrawNow(custodian, records);
        return withdrawing.records.length === 0 ? undefined : write(withdrawing);
      }),
    keep: (custodian, patient, versions, events) => order.run(`keep/${custodian}`, () => keepNow(custodian, patient, versions, events)),
    async original(custodian, key, sequence) {
      let after: string | undefined;
      do {
        const page = await reader.history(custodian, key ?? {}, { limit: HISTORY_PAGE, ...(after === undefined ? {} : { after }) }, UPKEEP);
        const found = page.records.find((copy) => copy.origin?.sequence === sequence && !isWithdrawal(copy));
        if (found) return found;
        after = page.next;
      } while (after !== undefined);
      return undefined;
    },
  };
}
