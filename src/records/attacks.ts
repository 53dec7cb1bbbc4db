/**
 * What somebody with access to the database, and without keys, can do to it. For demonstrations in the sandbox and for tests: every one
 * of these must be noticed and located. Nothing in the product's own paths imports this.
 */
import type pg from 'pg';
import { eventKinds } from './model.ts';
import { VERSION_KIND } from './context.ts';
import type { Database } from '../store/database.ts';

export const storedAttacks = {
  'flip-record': 'Changes one bit of a sealed record.',
  'flip-index': 'Changes one bit of a search row, so that a record is no longer found.',
  'flip-audit': 'Changes one bit of an entry of the access log.',
  'edit-record': 'Overwrites a record with an SQL statement.',
  'truncate-log': 'Deletes the newest entries of the log, and all that belongs to them.',
  'roll-back': 'Puts an older copy of the whole database back.',
} as const;
export type StoredAttack = keyof typeof storedAttacks;

export interface Attacked {
  /** What was done, with table and row. */
  readonly did: string;
  readonly sequence?: number;
}

const TABLES = ['entry', 'batch', 'version', 'record', 'idx', 'edge', 'entry_idx', 'content_key', 'dictionary'] as const;
/** Where the copy that `roll-back` puts back is kept, and the one that `undo` does. */
const OLDER = 'careledger_older';
const BEFORE = 'careledger_before';
const TRUNCATED_ENTRIES = 40;

async function copyTo(client: pg.Client, schema: string): Promise<void> {
  await client.query(`drop schema if exists ${schema} cascade`);
  await client.query(`create schema ${schema}`);
  for (const table of TABLES) await client.query(`create table ${schema}.${table} as table ${table}`);
}

async function copyFrom(client: pg.Client, schema: string): Promise<boolean> {
  const { rows } = await client.query('select 1 from pg_namespace where nspname = $1', [schema]);
  if (rows.length === 0) return false;
  await client.query('begin');
  await client.query(`truncate ${TABLES.join(', ')}`);
  for (const table of TABLES) await client.query(`insert into ${table} select * from ${schema}.${table}`);
  await client.query('commit');
  return true;
}

async function session<T>(database: Database, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = await database.connect();
  try {
    await client.query('set enable_seqscan = on; set enable_hashjoin = on; set enable_mergejoin = on');
    return await work(client);
  } finally {
    await client.end();
  }
}

/** The copy that `roll-back` will put back: call it when the database has something worth going back to. */
export const keepOlderCopy = (database: Database): Promise<void> => session(database, (client) => copyTo(client, OLDER));

/** Ends a demonstration: the database as it was before the first attack on it. False when none was made. */
export const undoAttacks = (database: Database): Promise<boolean> =>
  session(database, async (client) => {
    const done = await copyFrom(client, BEFORE);
    await client.query(`drop schema if exists ${BEFORE} cascade`);
    return done;
  });

/** `sequence`: which entry to damage; default: one in the middle. Undefined when there is nothing to attack. */
export const attackStored = (database: Database, attack: StoredAttack, sequence?: number): Promise<Attacked | undefined> =>
  session(database, async (client) => {
    const { rows } = await client.query('select 1 from pg_namespace where nspname = $1', [BEFORE]);
    if (rows.length === 0) await copyTo(client, BEFORE);
    return attacks[attack](client, sequence);
  });

async function pick(client: pg.Client, kind: number, sequence: number | undefined): Promise<number | undefined> {
  if (sequence !== undefined) return sequence;
  const from = kind === VERSION_KIND ? 'record' : 'entry where kind = $1';
  const values = kind === VERSION_KIND ? [] : [kind];
  const { rows } = await client.query(`select seq from ${from} order by seq offset (select count(*) / 2 from ${from}) limit 1`, values);
  return rows[0] && Number((rows[0] as { seq: string }).seq);
}

const flip = async (client: pg.Client, sequence: number): Promise<void> =>
  void (await client.query(
    'update entry set sealed = set_byte(sealed, length(sealed) / 2, get_byte(sealed, length(sealed) / 2) # 1) where seq = $1',
    [sequence],
  ));

const attacks: Readonly<Record<StoredAttack, (client: pg.Client, sequence?: number) => Promise<Attacked | undefined>>> = {
  async 'flip-record'(client, given) {
    const sequence = await pick(client, VERSION_KIND, given);
    if (sequence === undefined) return undefined;
    await flip(client, sequence);
    return { did: `One bit of the sealed content of entry ${sequence} was changed.`, sequence };
  },
  async 'flip-audit'(client, given) {
    const sequence = await pick(client, eventKinds.audit, given);
    if (sequence === undefined) return undefined;
    await flip(client, sequence);
    return { did: `One bit of the access log's entry ${sequence} was changed.`, sequence };
  },
  async 'flip-index'(client, given) {
    const sequence = await pick(client, VERSION_KIND, given);
    const { rows } = await client.query(
      'update idx set token = token # 1 where (token, rid) in (select i.token, i.rid from idx i join record r on r.rid = i.rid where r.seq = $1 order by i.token limit 1) returning rid',
      [sequence],
    );
    const rid = (rows[0] as { rid: string } | undefined)?.rid;
    return rid === undefined
      ? undefined
      : { did: `One bit of a search row of record ${rid} was changed.`, ...(sequence === undefined ? {} : { sequence }) };
  },
  async 'edit-record'(client, given) {
    const sequence = await pick(client, VERSION_KIND, given);
    if (sequence === undefined) return undefined;
    await client.query(
      `update entry set sealed = convert_to('{"resourceType":"Observation","status":"final","valueString":"nothing to see"}', 'UTF8') where seq = $1`,
      [sequence],
    );
    return { did: `The content of entry ${sequence} was overwritten.`, sequence };
  },
  async 'truncate-log'(client, given) {
    const { rows } = await client.query('select coalesce($1::int8, greatest(max(seq) - $2::int8, 0)) as seq from entry', [
      given ?? null,
      TRUNCATED_ENTRIES,
    ]);
    const sequence = Number((rows[0] as { seq: string | null }).seq ?? 0);
    await client.query('begin');
    await client.query('delete from entry where seq >= $1', [sequence]);
    await client.query('delete from entry_idx where seq >= $1', [sequence]);
    await client.query('delete from version where seq >= $1', [sequence]);
    await client.query('delete from record r where seq >= $1 and not exists (select from version v where v.rid = r.rid)', [sequence]);
    await client.query(
      `update record r set version = v.version, seq = v.seq, updated = v.updated, deleted = v.deleted from version v
       where r.seq >= $1 and v.rid = r.rid and v.version = (select max(version) from version w where w.rid = r.rid)`,
      [sequence],
    );
    await client.query('delete from idx where not exists (select from record r where r.rid = idx.rid)');
    await client.query('delete from edge where not exists (select from record r where r.rid = edge.rid)');
    await client.query('delete from batch where first + octet_length(leaves) / 32 > $1', [sequence]);
    await client.query('commit');
    return { did: `The log was cut off before entry ${sequence}.`, sequence };
  },
  async 'roll-back'(client) {
    const { rows: before } = await client.query('select count(*) as n from entry');
    if (!(await copyFrom(client, OLDER))) return undefined;
    const { rows: after } = await client.query('select count(*) as n from entry');
    return { did: `An older copy was put back: ${(after[0] as { n: string }).n} entries instead of ${(before[0] as { n: string }).n}.` };
  },
};
