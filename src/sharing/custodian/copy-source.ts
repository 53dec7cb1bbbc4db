/** The custodian's side of copies: which versions go to a grantee, with what they are proven by. */
import { concat } from '../../base/bytes.ts';
import { decodeEntryReceipt } from '../../ledger/receipts/entry-receipt.ts';
import type { RecordKey, StoredVersion, Visibility } from '../../records/model.ts';
import type { LogReader, RecordReader } from '../../records/ports.ts';
import { MAX_PAGE_VERSIONS, type SentProof, type SentVersion } from '../messages/page.ts';
import type { Cursor } from '../stored-events.ts';

/** What a record refers to (D's extractor at the composition root): targets such as `Practitioner/1`. */
export type References = (version: StoredVersion) => readonly RecordKey[];

export interface CopySource {
  /** One page of everything in the compartment, earlier versions included; oldest first within the page. */
  page(patient: string, visibility: Visibility, after: string): Promise<{ readonly versions: readonly StoredVersion[]; readonly next: string }>;
  /** Versions from the cursor on, in the order of the log. */
  since(cursor: Cursor, visibility: Visibility): Promise<readonly StoredVersion[]>;
  /** The ones of these that are visible, in the order of the log. */
  these(keys: readonly (RecordKey & { readonly version: number })[], visibility: Visibility): Promise<readonly StoredVersion[]>;
  /** With blinder and, where anchored and asked for, the proof. Versions whose entry cannot be read are left out. */
  sent(versions: readonly StoredVersion[], withProofs: boolean): Promise<readonly SentVersion[]>;
  /** Null: not anchored yet. */
  proof(sequence: number): Promise<SentProof | null>;
  /** Of the batch that the entry is in. Null: not anchored yet. */
  evidence(sequence: number): Promise<BatchEvidence | null>;
}

/** The proof of a batch's anchor, and the ledger receipt of its transaction. */
export interface BatchEvidence {
  readonly anchor: Uint8Array;
  readonly ledger: Uint8Array;
}

const PAGE_RECORDS = 250;
const HISTORY_PAGE = 100;
const MAX_PAGE_BYTES = 6 << 20;
const PARALLEL = 16;

const bySequence = (a: StoredVersion, b: StoredVersion): number => a.sequence - b.sequence;

async function inParallel<A, B>(items: readonly A[], task: (item: A) => Promise<B>): Promise<B[]> {
  const results: B[] = [];
  for (let at = 0; at < items.length; at += PARALLEL) results.push(...(await Promise.all(items.slice(at, at + PARALLEL).map(task))));
  return results;
}

export function copySource(reader: RecordReader, log: LogReader, references: References): CopySource {
  const earlier = async ({ type, id }: RecordKey, visibility: Visibility): Promise<readonly StoredVersion[]> => {
    const found: StoredVersion[] = [];
    let after: string | undefined;
    do {
      const page = await reader.history('own', { type, id }, { limit: HISTORY_PAGE, ...(after === undefined ? {} : { after }) }, visibility);
      found.push(...page.records);
      after = page.next;
    } while (after !== undefined && found.length < MAX_PAGE_VERSIONS);
    return found;
  };

  /** Practitioners, organisations and the like that the records name: no compartment holds them. */
  const named = async (versions: readonly StoredVersion[], visibility: Visibility): Promise<readonly StoredVersion[]> => {
    const wanted = new Map<string, RecordKey>();
    for (const version of versions) {
      for (const key of references(version)) if (visibility.sharedTypes.includes(key.type)) wanted.set(`${key.type}/${key.id}`, key);
    }
    return wanted.size === 0 ? [] : reader.readMany('own', [...wanted.values()], visibility);
  };

  const proof = async (sequence: number): Promise<SentProof | null> => {
    const place = await log.place(sequence);
    if (!place.ok) return null;
    const { batch, transaction } = place.value;
    return { ...batch, path: concat(...batch.path), anchor: transaction };
  };

  return {
    async page(patient, visibility, after) {
      const own: Visibility = { ...visibility, sharedTypes: [] };
      for (let limit = PAGE_RECORDS; ; limit = Math.max(1, Math.floor(limit / 8))) {
        const page = await reader.compartment('own', patient, own, { limit, ...(after === '' ? {} : { after }) });
        const bytes = page.records.reduce((sum, { content }) => sum + content.length, 0);
        if (bytes > MAX_PAGE_BYTES && limit > 1) continue;
        const histories = await inParallel(page.records, async (record) => (record.version === 1 ? [record] : earlier(record, own)));
        const versions = [...histories.flat(), ...(await named(page.records, visibility))];
        return { versions: versions.toSorted(bySequence), next: page.next ?? '' };
      }
    },

    async since(cursor, visibility) {
      const own: Visibility = { ...visibility, sharedTypes: [] };
      const found: StoredVersion[] = [];
      let after: string | undefined;
      do {
        const page = await reader.history('own', { since: cursor.time }, { limit: HISTORY_PAGE, ...(after === undefined ? {} : { after }) }, own);
        found.push(...page.records.filter(({ sequence }) => sequence >= cursor.sequence));
        after = page.next;
      } while (after !== undefined);
      return [...found, ...(await named(found, visibility))].toSorted(bySequence);
    },

    proof,

    async evidence(sequence) {
      const receipt = await log.receipt(sequence);
      const decoded = receipt.ok ? decodeEntryReceipt(receipt.value) : undefined;
      return decoded?.ok ? { anchor: decoded.value.anchor, ledger: decoded.value.ledger } : null;
    },

    async these(keys, visibility) {
      const own: Visibility = { ...visibility, sharedTypes: [] };
      const read = await inParallel(keys, (key) => reader.readVersion('own', key, key.version, own));
      const found = read.filter((version) => version !== undefined);
      return [...found, ...(await named(found, visibility))].toSorted(bySequence);
    },

    async sent(versions, withProofs) {
      const list = await inParallel(versions, async (version): Promise<SentVersion | undefined> => {
        const opening = await log.opening(version.sequence);
        if (!opening) return undefined;
        const { type, id, deleted, lastUpdated, sequence, content } = version;
        const place = withProofs ? await proof(sequence) : null;
        return { type, id, version: version.version, deleted, lastUpdated, sequence, blinder: opening.blinder, content, proof: place };
      });
      return list.filter((version) => version !== undefined);
    },
  };
}
