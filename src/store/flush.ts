/**
 * One flush of the writer as one statement: everything that the units of a batch insert, change and remove, so that a flush is one
 * round trip and one commit.
 */
import { INT2, INT4, INT8, booleanArray, bytesArray, integerArray, wordArray, wordLiteral } from './binary-array.ts';
import type { Statement } from './database.ts';
import type { EntryRow, VersionRow } from './rows.ts';
import { without } from './words.ts';

/** What the writer knows of a record's head. */
export interface Head {
  readonly rid: number;
  readonly version: number;
  readonly deleted: boolean;
  readonly tokens: Uint8Array;
  readonly edges: Uint8Array;
}

export interface HeadChange {
  readonly before: Head | undefined;
  readonly rid: number;
  readonly row: VersionRow;
  readonly sequence: number;
}

export interface PlacedVersion {
  readonly rid: number;
  readonly sequence: number;
  readonly row: VersionRow;
}

export interface Flush {
  readonly first: number;
  readonly entries: readonly EntryRow[];
  readonly eventTokens: readonly { readonly sequence: number; readonly tokens: Uint8Array }[];
  readonly versions: readonly PlacedVersion[];
  readonly heads: readonly HeadChange[];
}

/** A table's columns by the types that they are sent as, and in the order of their parameters. Words of a row are sent as text and become arrays. */
const VERSION_COLUMNS = {
  seq: 'int8',
  rid: 'int8',
  version: 'int4',
  space: 'int2',
  type: 'int2',
  deleted: 'bool',
  updated: 'int8',
  compartments: 'text',
  labels: 'text',
  tokens: 'bytea',
  edges: 'bytea',
} as const;
const RECORD_COLUMNS = {
  rid: 'int8',
  key_high: 'int8',
  key_low: 'int8',
  space: 'int2',
  type: 'int2',
  version: 'int4',
  deleted: 'bool',
  seq: 'int8',
  updated: 'int8',
  compartments: 'text',
  labels: 'text',
  sort: 'bytea',
} as const;
type Columns = Readonly<Record<string, string>>;

const isWords = ([, type]: [string, string]): boolean => type === 'text';

/** `insert into … select … from unnest(…)`, with the parameters from `first` on. */
function insertOf(table: string, columns: Columns, first: number): string {
  const all = Object.entries(columns);
  const names = all.map(([name]) => name).join(', ');
  const values = all.map((column) => (isWords(column) ? `${column[0]}::int8[]` : column[0])).join(', ');
  const parameters = all.map(([, type], at) => `$${first + at}::${type}[]`).join(', ');
  return `insert into ${table} (${names}) select ${values} from unnest(${parameters}) as x(${names})`;
}

/** What a record keeps from its first version on; the rest is the newest version's. */
const FIXED: readonly string[] = ['rid', 'key_high', 'key_low', 'space', 'type'];
const replaced = Object.keys(RECORD_COLUMNS).filter((name) => !FIXED.includes(name));

const LOG_PART = `
  e as (insert into entry (seq, kind, time, key_id, wrapped, sealed, leaf)
        select * from unnest($1::int8[], $2::int2[], $3::int8[], $4::int8[], $5::bytea[], $6::bytea[], $7::bytea[])),
  t as (insert into entry_idx (token, seq) select * from unnest($8::int8[], $9::int8[]))`;

const RECORD_PART = `
  v as (${insertOf('version', VERSION_COLUMNS, 10)}),
  r as (${insertOf('record', RECORD_COLUMNS, 21)}
        on conflict (rid) do update set ${replaced.map((name) => `${name} = excluded.${name}`).join(', ')}),
  di as (delete from idx using unnest($33::int8[], $34::int8[]) as x(token, rid) where idx.token = x.token and idx.rid = x.rid),
  i as (insert into idx (token, rid) select * from unnest($35::int8[], $36::int8[])),
  de as (delete from edge using unnest($37::int8[], $38::int8[], $39::int8[]) as x(param, target, rid)
         where edge.param = x.param and edge.target = x.target and edge.rid = x.rid),
  g as (insert into edge (param, target, rid) select * from unnest($40::int8[], $41::int8[], $42::int8[]))`;

const LOG_ONLY = `with ${LOG_PART} select 1`;
const ALL = `with ${LOG_PART}, ${RECORD_PART} select 1`;

const repeat = (count: number, value: number): number[] => new Array<number>(count).fill(value);

/** Words paired with the number they belong to, as two parallel arrays. */
class Pairs {
  readonly #words: Uint8Array[] = [];
  readonly #numbers: number[] = [];

  add(words: Uint8Array, number: number): void {
    if (words.length === 0) return;
    this.#words.push(words);
    this.#numbers.push(...repeat(words.length / 8, number));
  }

  values(): [Buffer, Buffer] {
    return [wordArray(this.#words), integerArray(this.#numbers, INT8)];
  }
}

/** Pairs of words paired with a number, as three parallel arrays. */
class Triples {
  readonly #first: Uint8Array[] = [];
  readonly #second: Uint8Array[] = [];
  readonly #numbers: number[] = [];

  add(pairs: Uint8Array, number: number): void {
    for (let at = 0; at < pairs.length; at += 16) {
      this.#first.push(pairs.subarray(at, at + 8));
      this.#second.push(pairs.subarray(at + 8, at + 16));
      this.#numbers.push(number);
    }
  }

  values(): [Buffer, Buffer, Buffer] {
    return [wordArray(this.#first), wordArray(this.#second), integerArray(this.#numbers, INT8)];
  }
}

function logValues(flush: Flush): unknown[] {
  const { entries } = flush;
  const tokens = new Pairs();
  for (const event of flush.eventTokens) tokens.add(event.tokens, event.sequence);
  return [
    integerArray(
      entries.map((_, index) => flush.first + index),
      INT8,
    ),
    integerArray(
      entries.map((entry) => entry.kind),
      INT2,
    ),
    integerArray(
      entries.map((entry) => entry.time),
      INT8,
    ),
    integerArray(
      entries.map((entry) => entry.keyId),
      INT8,
    ),
    bytesArray(entries.map((entry) => entry.wrapped)),
    bytesArray(entries.map((entry) => entry.sealed)),
    bytesArray(entries.map((entry) => entry.leaf)),
    ...tokens.values(),
  ];
}

function versionValues(versions: readonly PlacedVersion[]): unknown[] {
  const rows = versions.map((version) => version.row);
  return [
    integerArray(
      versions.map((version) => version.sequence),
      INT8,
    ),
    integerArray(
      versions.map((version) => version.rid),
      INT8,
    ),
    integerArray(
      rows.map((row) => row.version),
      INT4,
    ),
    integerArray(
      rows.map((row) => row.space),
      INT2,
    ),
    integerArray(
      rows.map((row) => row.type),
      INT2,
    ),
    booleanArray(rows.map((row) => row.deleted)),
    integerArray(
      rows.map((row) => row.updated),
      INT8,
    ),
    rows.map((row) => wordLiteral(row.compartments)),
    rows.map((row) => wordLiteral(row.labels)),
    bytesArray(rows.map((row) => row.tokens)),
    bytesArray(rows.map((row) => row.edges)),
  ];
}

function headValues(heads: readonly HeadChange[]): unknown[] {
  const rows = heads.map((head) => head.row);
  const nothing = new Uint8Array(0);
  const tokensOut = new Pairs();
  const tokensIn = new Pairs();
  const edgesOut = new Triples();
  const edgesIn = new Triples();
  for (const { before, rid, row } of heads) {
    tokensOut.add(without(before?.tokens ?? nothing, row.tokens, 8), rid);
    tokensIn.add(without(row.tokens, before?.tokens ?? nothing, 8), rid);
    edgesOut.add(without(before?.edges ?? nothing, row.edges, 16), rid);
    edgesIn.add(without(row.edges, before?.edges ?? nothing, 16), rid);
  }
  return [
    integerArray(
      heads.map((head) => head.rid),
      INT8,
    ),
    wordArray(rows.map((row) => row.key.subarray(0, 8))),
    wordArray(rows.map((row) => row.key.subarray(8, 16))),
    integerArray(
      rows.map((row) => row.space),
      INT2,
    ),
    integerArray(
      rows.map((row) => row.type),
      INT2,
    ),
    integerArray(
      rows.map((row) => row.version),
      INT4,
    ),
    booleanArray(rows.map((row) => row.deleted)),
    integerArray(
      heads.map((head) => head.sequence),
      INT8,
    ),
    integerArray(
      rows.map((row) => row.updated),
      INT8,
    ),
    rows.map((row) => wordLiteral(row.compartments)),
    rows.map((row) => wordLiteral(row.labels)),
    bytesArray(rows.map((row) => row.sort)),
    ...tokensOut.values(),
    ...tokensIn.values(),
    ...edgesOut.values(),
    ...edgesIn.values(),
  ];
}

export function flushStatement(flush: Flush): Statement {
  if (flush.versions.length === 0) return { name: 'flush-log', text: LOG_ONLY, values: logValues(flush) };
  return { name: 'flush', text: ALL, values: [...logValues(flush), ...versionValues(flush.versions), ...headValues(flush.heads)] };
}
