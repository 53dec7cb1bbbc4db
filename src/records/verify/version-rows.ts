/** The rows of an opened version against its sealed header: every column is either repeated in the header or follows from it. */
import { equalBytes } from '../../base/bytes.ts';
import { literalWords } from '../../store/binary-array.ts';
import type { Row } from '../../store/database.ts';
import { sealSortKey } from '../../vault/sort-key.ts';
import type { RecordsContext } from '../context.ts';
import { indexDigest, type VersionHeader } from '../envelope.ts';
import type { Names } from './names-and-keys.ts';

/** Columns of `entry e left join version v left join record r`, in the order of `readVersionRow`. */
export const JOINED = `e.seq, e.kind, e.time, e.key_id, e.wrapped, e.sealed, e.leaf,
  v.rid, v.version, v.space, v.type, v.deleted, v.updated, v.compartments::text, v.labels::text, v.tokens, v.edges,
  r.rid, int8send(r.key_high) || int8send(r.key_low), r.space, r.type, r.version, r.deleted, r.seq, r.updated, r.compartments::text, r.labels::text, r.sort`;

export const FROM_JOINED = 'from entry e left join version v on v.seq = e.seq left join record r on r.rid = v.rid';

export interface VersionColumns {
  readonly rid: number;
  readonly version: number;
  readonly space: number;
  readonly type: number;
  readonly deleted: boolean;
  readonly updated: number;
  readonly compartments: string;
  readonly labels: string;
  readonly tokens: Uint8Array;
  readonly edges: Uint8Array;
}

export interface RecordColumns {
  readonly key: Uint8Array;
  readonly space: number;
  readonly type: number;
  readonly version: number;
  readonly deleted: boolean;
  readonly sequence: number;
  readonly updated: number;
  readonly compartments: string;
  readonly labels: string;
  readonly sort: Uint8Array | undefined;
}

export interface JoinedRow {
  readonly sequence: number;
  readonly kind: number;
  readonly time: number;
  readonly keyId: number;
  readonly wrapped: Uint8Array;
  readonly sealed: Uint8Array;
  readonly leaf: Uint8Array;
  readonly version: VersionColumns | undefined;
  readonly record: RecordColumns | undefined;
}

export function readJoinedRow(row: Row): JoinedRow {
  const version =
    row[7] === null
      ? undefined
      : {
          rid: Number(row[7]),
          version: row[8] as number,
          space: row[9] as number,
          type: row[10] as number,
          deleted: row[11] as boolean,
          updated: Number(row[12]),
          compartments: row[13] as string,
          labels: row[14] as string,
          tokens: row[15] as Uint8Array,
          edges: row[16] as Uint8Array,
        };
  const record =
    row[17] === null
      ? undefined
      : {
          key: row[18] as Uint8Array,
          space: row[19] as number,
          type: row[20] as number,
          version: row[21] as number,
          deleted: row[22] as boolean,
          sequence: Number(row[23]),
          updated: Number(row[24]),
          compartments: row[25] as string,
          labels: row[26] as string,
          sort: row[27] === null ? undefined : (row[27] as Uint8Array),
        };
  return {
    sequence: Number(row[0]),
    kind: row[1] as number,
    time: Number(row[2]),
    keyId: Number(row[3]),
    wrapped: row[4] as Uint8Array,
    sealed: row[5] as Uint8Array,
    leaf: row[6] as Uint8Array,
    version,
    record,
  };
}

/** Whether the index words of a version row are those that were sealed with it. */
export const wordsHold = (header: VersionHeader, row: VersionColumns): boolean =>
  equalBytes(
    header.index,
    indexDigest({ compartments: sortedWords(row.compartments), labels: sortedWords(row.labels), tokens: row.tokens, edges: row.edges }),
  );

const sortedWords = (literal: string): Uint8Array => literalWords(literal);

/** Names of the columns of `version` that are not as the header says. */
export function versionDifferences(names: Names, header: VersionHeader, row: VersionColumns): readonly string[] {
  const differences: string[] = [];
  const check = (column: string, holds: boolean): void => void (holds || differences.push(column));
  check('version', row.version === header.version);
  check('space', row.space === names.number('space', header.space));
  check('type', row.type === names.number('type', header.type));
  check('deleted', row.deleted === header.deleted);
  check('updated', row.updated === header.lastUpdated);
  check('index words', wordsHold(header, row));
  return differences;
}

/** Names of the columns of the head that are not as its newest version says. */
export function recordDifferences(
  context: RecordsContext,
  sequence: number,
  header: VersionHeader,
  version: VersionColumns,
  row: RecordColumns,
): readonly string[] {
  const differences: string[] = [];
  const check = (column: string, holds: boolean): void => void (holds || differences.push(column));
  const sort =
    header.sortDate === undefined || header.deleted ? undefined : sealSortKey(context.keys.sortKey, header.sortDate, row.key, header.version);
  check('key', equalBytes(row.key, context.index(header.space).record(header.type, header.id)));
  check('seq', row.sequence === sequence);
  check('space', row.space === version.space);
  check('type', row.type === version.type);
  check('deleted', row.deleted === header.deleted);
  check('updated', row.updated === header.lastUpdated);
  check('compartments', row.compartments === version.compartments);
  check('labels', row.labels === version.labels);
  check('sort', sort === undefined ? row.sort === undefined : row.sort !== undefined && equalBytes(sort, row.sort));
  return differences;
}
