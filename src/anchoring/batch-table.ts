/**
 * The batches that this organisation has closed. A row is there before its anchor is sent, so that a number never stands for two
 * different batches, whatever happens in between. The row of an empty batch goes when the next is on the ledger: until then it says where
 * that one belongs.
 */
import type { Database, Row } from '../store/database.ts';
import { endOf, LEAF_BYTES, type Batch } from './batch-commitment.ts';
import type { Place } from './ledger-anchors.ts';

export interface StoredBatch extends Batch {
  /** Undefined: it is not known to be on the ledger yet. */
  readonly place: Place | undefined;
  /** As stored (`evidence.ts`); undefined: not fetched yet, and never for an empty batch. */
  readonly evidence: Uint8Array | undefined;
}

/** The same without its leaves, which are many bytes. */
export interface BatchPlace extends Omit<StoredBatch, 'leaves' | 'evidence'> {
  readonly size: number;
}

export const BATCH_COLUMNS = 'number, first, leaves, log_index, height, time, evidence';

export const batchOf = ([number, first, leaves, logIndex, height, time, evidence]: Row): StoredBatch => ({
  number: Number(number),
  first: Number(first),
  leaves: leaves as Uint8Array,
  place: logIndex === null ? undefined : { logIndex: Number(logIndex), height: Number(height), time: Number(time) },
  evidence: (evidence as Uint8Array | null) ?? undefined,
});

/**
 * Whether a batch is the next one after the row before it. Of a batch that is on the ledger the ledger tells more; where a batch belongs
 * that is not there yet, nothing else tells.
 */
export const follows = ({ number, first }: Batch, before: Batch | undefined): boolean =>
  number === (before?.number ?? 0) + 1 && first === (before ? endOf(before) : 0);

export class BatchTable {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Entries in the log. */
  async entries(): Promise<number> {
    const [row] = await this.#database.query({ name: 'log-size', text: 'select coalesce(max(seq) + 1, 0) from entry', values: [] });
    return Number(row![0]);
  }

  /** Leaves of at most `limit` entries from a position on, as the entries have them. */
  async leavesFrom(first: number, limit: number): Promise<Uint8Array> {
    const rows = await this.#database.query({
      name: 'leaves-from',
      text: 'select leaf from entry where seq >= $1 and seq < $2 order by seq',
      values: [first, first + limit],
    });
    return Buffer.concat(rows.map(([leaf]) => leaf as Uint8Array));
  }

  async newest(): Promise<StoredBatch | undefined> {
    const [row] = await this.#database.query({
      name: 'batch-newest',
      text: `select ${BATCH_COLUMNS} from batch order by number desc limit 1`,
      values: [],
    });
    return row && batchOf(row);
  }

  async byNumber(number: number): Promise<StoredBatch | undefined> {
    const [row] = await this.#database.query({ name: 'batch', text: `select ${BATCH_COLUMNS} from batch where number = $1`, values: [number] });
    return row && batchOf(row);
  }

  /** The batch that the entry is in; undefined: none yet. */
  async covering(sequence: number): Promise<BatchPlace | undefined> {
    const [row] = await this.#database.query({
      name: 'batch-covering',
      text: `select number, first, octet_length(leaves) / ${LEAF_BYTES}, log_index, height, time from batch
        where first <= $1 order by first desc, number desc limit 1`,
      values: [sequence],
    });
    if (!row) return undefined;
    const { number, first, place } = batchOf(row);
    const size = Number(row[2]);
    return sequence < first + size ? { number, first, size, place } : undefined;
  }

  /** Durable when it resolves. */
  async add({ number, first, leaves }: Batch, place?: Place): Promise<void> {
    await this.#database.query({
      name: 'batch-add',
      text: 'insert into batch (number, first, leaves) values ($1, $2, $3)',
      values: [number, first, leaves],
    });
    if (place) await this.settle(number, place);
  }

  /** Batches on the ledger whose evidence is not kept yet, newest first. */
  async withoutEvidence(limit: number): Promise<readonly { readonly number: number; readonly place: Place }[]> {
    const rows = await this.#database.query({
      name: 'batch-without-evidence',
      text: `select number, log_index, height, time from batch
        where evidence is null and log_index is not null and octet_length(leaves) > 0 order by number desc limit $1`,
      values: [limit],
    });
    return rows.map(([number, logIndex, height, time]) => ({
      number: Number(number),
      place: { logIndex: Number(logIndex), height: Number(height), time: Number(time) },
    }));
  }

  /** Height of the oldest batch on the ledger whose evidence is not kept yet; undefined: there is none. */
  async oldestWithoutEvidence(): Promise<number | undefined> {
    const [row] = await this.#database.query({
      name: 'batch-oldest-without-evidence',
      text: 'select min(height) from batch where evidence is null and log_index is not null and octet_length(leaves) > 0',
      values: [],
    });
    return row?.[0] === null || row?.[0] === undefined ? undefined : Number(row[0]);
  }

  async keepEvidence(number: number, evidence: Uint8Array): Promise<void> {
    await this.#database.query({ name: 'batch-evidence', text: 'update batch set evidence = $2 where number = $1', values: [number, evidence] });
  }

  async evidence(number: number): Promise<Uint8Array | undefined> {
    const [row] = await this.#database.query({ name: 'batch-evidence-of', text: 'select evidence from batch where number = $1', values: [number] });
    return (row?.[0] as Uint8Array | null | undefined) ?? undefined;
  }

  /** It is on the ledger: the empty ones before it go. */
  async settle(number: number, { logIndex, height, time }: Place): Promise<void> {
    await this.#database.query({
      name: 'batch-settle',
      text: `with gone as (delete from batch where number < $1 and octet_length(leaves) = 0 and log_index is not null)
        update batch set log_index = $2, height = $3, time = $4 where number = $1`,
      values: [number, logIndex, height, time],
    });
  }
}
