/** The grantee's side of copies: versions of another custodian, kept in a space of their own under this organisation's keys. */
import type { EventDraft, IndexTerms, RecordKey, StoredVersion, Unit, VersionDraft, Visibility } from '../records/model.ts';
import type { RecordReader, RecordWriter } from '../records/ports.ts';
import { ok, type Result } from '../base/result.ts';
import type { SentVersion } from './page.ts';
import type { Serial } from './serial.ts';

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

export interface CopyStore {
  /** Versions known already are passed over. The events go into the last unit: they are there only when all is. */
  keep(
    custodian: string,
    patient: string,
    versions: readonly SentVersion[],
    events: (kept: number) => readonly EventDraft[],
  ): Promise<Result<KeptCopies>>;
  /** The copy of the version at this position of the custodian's log; without a key all copies are looked through. */
  original(custodian: string, key: RecordKey | undefined, sequence: number): Promise<StoredVersion | undefined>;
}

/** For upkeep of copies only: what is read under it is compared, never released. */
const UPKEEP: Visibility = { patients: 'all', sharedTypes: [], withoutLabels: [] };
const UNIT_VERSIONS = 200;
const HISTORY_PAGE = 100;
const NO_TERMS: ExtractedTerms = { terms: { tokens: [], edges: [] }, compartments: [], labels: [] };

export function copyStore(reader: RecordReader, writer: RecordWriter, extract: Extract, order: Serial): CopyStore {
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

  const keepNow: CopyStore['keep'] = async (custodian, patient, versions, events) => {
    const name = (key: RecordKey) => `${key.type}/${key.id}`;
    const keys = new Map(versions.map((sent) => [name(sent), { type: sent.type, id: sent.id }]));
    const heads = new Map<string, StoredVersion>();
    for (const head of await reader.readMany(custodian, [...keys.values()], UPKEEP)) heads.set(name(head), head);
    // Many at once may leave out deleted ones: a record that came back is rare enough to be looked up alone.
    const drafts: VersionDraft[] = [];
    const at = new Map<string, { version: number; sequence: number }>();
    for (const sent of versions.toSorted((a, b) => a.sequence - b.sequence)) {
      let place = at.get(name(sent));
      if (!place) {
        const head = heads.get(name(sent)) ?? (sent.version > 1 ? await reader.read(custodian, sent, UPKEEP) : undefined);
        place = { version: head?.version ?? 0, sequence: head?.origin?.sequence ?? -1 };
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

  return {
    keep: (custodian, patient, versions, events) => order.run(`keep/${custodian}`, () => keepNow(custodian, patient, versions, events)),
    async original(custodian, key, sequence) {
      let after: string | undefined;
      do {
        const page = await reader.history(custodian, key ?? {}, { limit: HISTORY_PAGE, ...(after === undefined ? {} : { after }) }, UPKEEP);
        const found = page.records.find(({ origin }) => origin?.sequence === sequence);
        if (found) return found;
        after = page.next;
      } while (after !== undefined);
      return undefined;
    },
  };
}
