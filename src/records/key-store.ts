/** Wrapped content keys in the database. */
import { toHex } from '../base/bytes.ts';
import { bytesArray, INT2, INT8, integerArray } from '../store/binary-array.ts';
import type { Database, Row } from '../store/database.ts';
import type { KeyRow, KeyStore } from '../vault/key-ring.ts';

const COLUMNS = 'id, tag, purpose, wrapped, destroyed';

export const keyRow = ([id, tag, purpose, wrapped, destroyed]: Row): KeyRow => ({
  id: Number(id),
  tag: tag as Uint8Array,
  purpose: purpose as number,
  wrapped: wrapped as Uint8Array,
  destroyed: destroyed === null ? undefined : Number(destroyed),
});

interface Waiting {
  readonly row: Parameters<KeyStore['insert']>[0];
  settle(row: KeyRow): void;
  refuse(cause: unknown): void;
}

const MAX_BATCH = 200;

export function createKeyStore(database: Database): KeyStore {
  const first = (rows: readonly Row[]): KeyRow | undefined => rows[0] && keyRow(rows[0]);
  const byTag = async (tag: Uint8Array): Promise<KeyRow | undefined> =>
    first(await database.query({ name: 'key-by-tag', text: `select ${COLUMNS} from content_key where tag = $1`, values: [tag] }));
  let next: number | undefined;
  const waiting: Waiting[] = [];
  let running = false;

  /** The number is part of what is wrapped: one statement at a time gives numbers, to all keys that wait for one. */
  async function insertAll(batch: readonly Waiting[]): Promise<void> {
    if (next === undefined) {
      const [found] = await database.query({ text: 'select coalesce(max(id), 0) + 1 from content_key', values: [] });
      next = Number(found![0]);
    }
    const first = next;
    next += batch.length;
    const tags = bytesArray(batch.map(({ row }) => row.tag));
    const numbers = batch.map((_, index) => first + index);
    await database.query({
      name: 'keys-insert',
      text: 'insert into content_key (id, tag, purpose, wrapped) select * from unnest($1::int8[], $2::bytea[], $3::int2[], $4::bytea[]) on conflict (tag) do nothing',
      values: [
        integerArray(numbers, INT8),
        tags,
        integerArray(
          batch.map(({ row }) => row.purpose),
          INT2,
        ),
        bytesArray(batch.map(({ row }, index) => row.wrap(numbers[index]!))),
      ],
    });
    const rows = (
      await database.query({ name: 'keys-by-tag', text: `select ${COLUMNS} from content_key where tag = any($1::bytea[])`, values: [tags] })
    ).map(keyRow);
    const stored = new Map(rows.map((row) => [toHex(row.tag), row]));
    for (const { row, settle, refuse } of batch) {
      const own = stored.get(toHex(row.tag));
      if (own) settle(own);
      else refuse(new Error('a content key was not stored'));
    }
  }

  async function run(): Promise<void> {
    running = true;
    while (waiting.length > 0) {
      const batch = waiting.splice(0, MAX_BATCH);
      try {
        await insertAll(batch);
      } catch (cause) {
        // What was stored is not known: count again.
        next = undefined;
        for (const { refuse } of batch) refuse(cause);
      }
    }
    running = false;
  }

  return {
    byTag,
    async byId(id) {
      return first(await database.query({ name: 'key-by-id', text: `select ${COLUMNS} from content_key where id = $1`, values: [id] }));
    },
    insert(row) {
      const inserted = new Promise<KeyRow>((settle, refuse) => {
        waiting.push({ row, settle, refuse });
      });
      if (!running) void run();
      return inserted;
    },
  };
}
