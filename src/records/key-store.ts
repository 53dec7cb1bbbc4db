/** Wrapped content keys in the database. */
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

export function createKeyStore(database: Database): KeyStore {
  const first = (rows: readonly Row[]): KeyRow | undefined => rows[0] && keyRow(rows[0]);
  const byTag = async (tag: Uint8Array): Promise<KeyRow | undefined> =>
    first(await database.query({ name: 'key-by-tag', text: `select ${COLUMNS} from content_key where tag = $1`, values: [tag] }));
  let next: Promise<number> | undefined;
  let inserting: Promise<unknown> = Promise.resolve();

  async function insertOne(row: Parameters<KeyStore['insert']>[0]): Promise<KeyRow> {
    next ??= database.query({ text: 'select coalesce(max(id), 0) + 1 from content_key', values: [] }).then(([found]) => Number(found![0]));
    const id = await next;
    next = Promise.resolve(id + 1);
    await database.query({
      name: 'key-insert',
      text: 'insert into content_key (id, tag, purpose, wrapped) values ($1, $2, $3, $4) on conflict (tag) do nothing',
      values: [id, row.tag, row.purpose, row.wrap(id)],
    });
    const stored = await byTag(row.tag);
    if (!stored) throw new Error('a content key was not stored');
    return stored;
  }

  return {
    byTag,
    async byId(id) {
      return first(await database.query({ name: 'key-by-id', text: `select ${COLUMNS} from content_key where id = $1`, values: [id] }));
    },
    insert(row) {
      // One after the other: the number is part of what is wrapped.
      const inserted = inserting.then(
        () => insertOne(row),
        () => insertOne(row),
      );
      inserting = inserted;
      return inserted;
    },
  };
}
