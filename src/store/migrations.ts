/**
 * The schema, as an ordered list of steps; each runs once per database, in a transaction. Nothing in it is readable without keys:
 * names, ids, terms and references are keyed hashes (64 bits of them where only equality is asked), contents are sealed. Databases of
 * earlier pre-releases (before `FIRST_VERSION`) are refused: their logs are on ledgers that nobody can read any more.
 *
 *   entry         the organisation log: one row per position, sealed content, its wrapped key, its leaf
 *   batch         the log as it was put on the ledger: which entries, their leaves once more, where on the ledger, what proves it; empty ones are left out
 *   version       what an entry that is a record version is about; immutable
 *   record        the head of every record
 *   idx, edge     search tokens and references of current records
 *   entry_idx     search tokens of events
 *   content_key   wrapped content and log keys, one per patient and purpose
 *   dictionary    small numbers for type and space names
 */
import { codedError } from '../base/errors.ts';
import { fail, ok, type Result } from '../base/result.ts';
import { storeErrors } from './errors.ts';

const steps: readonly (readonly string[])[] = [
  [
    `create table entry (
       seq int8 primary key, kind int2 not null, time int8 not null, key_id int8 not null,
       wrapped bytea not null, sealed bytea not null, leaf bytea not null
     ) with (toast_tuple_target = 8160)`,
    // Sealed bytes do not compress: trying costs time for nothing.
    'alter table entry alter sealed set storage external, alter wrapped set storage plain, alter leaf set storage plain',
    `create table batch (
       number int8 primary key, first int8 not null, leaves bytea not null, log_index int8, height int8, time int8, evidence bytea
     ) with (toast_tuple_target = 8160)`,
    'alter table batch alter leaves set storage external, alter evidence set storage external',
    'create index batch_by_first on batch (first, number)',
    'create index batch_without_evidence on batch (number) where evidence is null',
    `create table version (
       seq int8 primary key, rid int8 not null, version int4 not null, space int2 not null, type int2 not null, deleted bool not null,
       updated int8 not null, compartments int8[] not null, labels int8[] not null, tokens bytea not null, edges bytea not null
     ) with (toast_tuple_target = 8160)`,
    'alter table version alter tokens set storage external, alter edges set storage external',
    'create unique index version_of on version (rid, version)',
    'create index version_by_type on version (space, type, seq)',
    'create index version_by_space on version (space, seq)',
    `create table record (
       rid int8 primary key, key_high int8 not null, key_low int8 not null, space int2 not null, type int2 not null, version int4 not null,
       deleted bool not null, seq int8 not null, updated int8 not null, compartments int8[] not null, labels int8[] not null, sort bytea
     ) with (fillfactor = 85)`,
    'create unique index record_key on record (key_high, key_low)',
    'create index record_by_type on record (space, type, rid) where not deleted',
    'create index record_by_update on record (space, updated, rid)',
    'create table idx (token int8, rid int8, primary key (token, rid))',
    'create table edge (param int8, target int8, rid int8, primary key (param, target, rid))',
    'create index edge_of on edge (rid, param, target)',
    'create table entry_idx (token int8, seq int8, primary key (token, seq))',
    `create table content_key (
       id int8 primary key, tag bytea not null unique, purpose int2 not null, wrapped bytea not null, destroyed int8
     )`,
    'create table dictionary (id int2 primary key, kind int2 not null, tag bytea not null unique, sealed bytea not null)',
    'alter table idx set (autovacuum_vacuum_insert_scale_factor = 0.5)',
    'alter table edge set (autovacuum_vacuum_insert_scale_factor = 0.5)',
    // Which words are common decides where a query starts (`src/records/query/statistics.ts`): a hundred of them are too few to know.
    'alter table idx alter token set statistics 1000',
    'alter table edge alter target set statistics 1000',
  ],
];

/** What the first of the steps makes. */
const FIRST_VERSION = 3;
const SCHEMA_VERSION = FIRST_VERSION + steps.length - 1;

/** Brings the schema of the session's search path up to date. `store.incompatible` when a newer or a too old version wrote it. */
export async function migrate(run: (text: string) => Promise<readonly (readonly unknown[])[]>): Promise<Result<void>> {
  try {
    await run('create schema if not exists careledger');
    await run('create table if not exists schema_version (version int4 not null)');
    const found = Number((await run('select coalesce(max(version), 0) from schema_version'))[0]![0]);
    if (found > SCHEMA_VERSION || (found > 0 && found < FIRST_VERSION))
      return fail(codedError(storeErrors, 'store.incompatible', { data: { found, known: SCHEMA_VERSION } }));
    for (let version = Math.max(found + 1, FIRST_VERSION); version <= SCHEMA_VERSION; version++) {
      await run('begin');
      for (const statement of steps[version - FIRST_VERSION]!) await run(statement);
      await run(`insert into schema_version values (${version})`);
      await run('commit');
    }
    return ok(undefined);
  } catch (cause) {
    return fail(
      codedError(storeErrors, 'store.failed', { message: 'The schema could not be brought up to date.', data: { cause: (cause as Error).message } }),
    );
  }
}
