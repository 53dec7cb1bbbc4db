/**
 * The batches that this organisation has closed. A row is there before its anchor is sent, so that a number never stands for two
 * different batches, whatever happens in between. The row of an empty batch goes when the next is closed: nothing rests on it.
 */
import type { Database, Row } from '../store/database.ts';
import { LEAF_BYTES, type Batch } from './batch-commitment.ts';
import type { Place } from './ledger-anchors.ts';

export interface StoredBatch extends Batch {
  /** Undefined: it is not known to be on the ledger yet. */
  readonly place: Place | undefined;
}

/** The same without its leaves, which are many bytes. */
export interface BatchPlace extends Omit<StoredBatch, 'leaves'> {
  readonly size: number;
}

export const BATCH_COLUMNS = 'number, first, leaves, log_index, height, time';

export const batchOf = ([number, first, leaves, logIndex, height, time]: Row): StoredBatch => ({
  number: Number(number),
  first: Number(first),
  leaves: leaves as Uint8Array,
  place: logIndex === null ? undefined : { logIndex: Number(logIndex), height: Number(height), time: Number(time) },
});

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
      text: `with gone as (delete from batch where number < $1 and octet_length(leaves) = 0 and log_index is not null)
        insert into batch (${BATCH_COLUMNS}) values ($1, $2, $3, $4, $5, $6)`,
      values: [number, first, leaves, place?.logIndex ?? null, place?.height ?? null, place?.time ?? null],
    });
  }

  async settle(number: number, { logIndex, height, time }: Place): Promise<void> {
    await this.#database.query({
      name: 'batch-settle',
      text: 'update batch set log_index = $2, height = $3, time = $4 where number = $1',
      values: [number, logIndex, height, time],
    });
  }
}
