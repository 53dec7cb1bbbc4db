/** `RecordReader` over the vault and the store. Every statement carries the caller's visibility. */
import type { Row } from '../store/database.ts';
import type { RecordsContext } from './context.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import { history } from './history.ts';
import { lapsed, leftCompartments } from './lapsed.ts';
import { eventKinds, type EventKind, type RecordKey, type Space, type StoredVersion, type Visibility } from './model.ts';
import { openEvents, openVersions, versionColumns } from './open-rows.ts';
import type { RecordReader } from './ports.ts';
import { eventToken } from './prepare.ts';
import { named, Parameters } from './query/sql.ts';
import type { TermStatistics } from './query/statistics.ts';
import { visibleIn } from './query/visible.ts';
import { MAX_PAGE, search } from './search.ts';

const ENTRY = 'cross join lateral (select seq, key_id, wrapped, sealed from entry where seq = r.seq offset 0) e';

const storedOf = async (context: RecordsContext, rows: readonly Row[]): Promise<readonly StoredVersion[]> =>
  (await openVersions(context, rows)).map(({ stored }) => stored);

/** The given records as rows of `record r`, visible ones only. */
function given(
  context: RecordsContext,
  space: Space,
  keys: readonly RecordKey[],
  visibility: Visibility,
): { readonly parameters: Parameters; readonly from: string; visible(alias: string): string } {
  const parameters = new Parameters();
  const visible = visibleIn(context, space, visibility, parameters);
  const words = keys.map(({ type, id }) => context.index(space).record(type, id));
  const [high, low] = [parameters.words(words.map((word) => word.subarray(0, 8))), parameters.words(words.map((word) => word.subarray(8)))];
  const from = `from unnest(${high}, ${low}) as k(high, low) cross join lateral
    (select * from record r where r.key_high = k.high and r.key_low = k.low and ${visible('r')} offset 0) r`;
  return { parameters, from, visible };
}

export function createRecordReader(context: RecordsContext, statistics: TermStatistics): RecordReader {
  const { database } = context;

  const readMany: RecordReader['readMany'] = async (space, keys, visibility) => {
    if (keys.length === 0) return [];
    const { parameters, from } = given(context, space, keys, visibility);
    return storedOf(context, await database.query(named(`select ${versionColumns('r', 'r')} ${from} ${ENTRY}`, parameters)));
  };

  return {
    async read(space, key, visibility) {
      const parameters = new Parameters();
      const word = context.index(space).record(key.type, key.id);
      const where = `r.key_high = ${parameters.word(word)} and r.key_low = ${parameters.word(word.subarray(8))} and ${visibleIn(context, space, visibility, parameters)('r')}`;
      const rows = await database.query(
        named(`select ${versionColumns('r', 'r')} from (select * from record r where ${where} offset 0) r ${ENTRY}`, parameters),
      );
      return (await storedOf(context, rows))[0];
    },

    readMany,

    async readVersion(space, key, version, visibility) {
      const { parameters, from, visible } = given(context, space, [key], visibility);
      const sql = `select ${versionColumns('r', 'v')} ${from}
        cross join lateral (select * from version v where v.rid = r.rid and v.version = ${parameters.integer(version)} and ${visible('v')} offset 0) v
        cross join lateral (select seq, key_id, wrapped, sealed from entry where seq = v.seq offset 0) e`;
      return (await storedOf(context, await database.query(named(sql, parameters))))[0];
    },

    search: (query) => search(context, statistics, query),

    async included(space, keys, param, targetTypes, visibility) {
      if (keys.length === 0) return [];
      const { parameters, from, visible } = given(context, space, keys, visibility);
      const types =
        targetTypes.length === 0
          ? ''
          : ` and t.type = any(${parameters.smalls(targetTypes.flatMap((type) => context.dictionary.number('type', type) ?? []))})`;
      const sql = `select ${versionColumns('r', 'r')} from (
        select distinct t.key_high, t.key_low, t.version, t.seq ${from}
        cross join lateral (select target from edge where rid = r.rid and param = ${parameters.word(context.index(space).param(param))} offset 0) g
        cross join lateral (select * from record t where t.key_high = g.target and not t.deleted${types} and ${visible('t')} offset 0) t) r ${ENTRY}`;
      return storedOf(context, await database.query(named(sql, parameters)));
    },

    async including(space, keys, type, param, visibility) {
      if (keys.length === 0) return [];
      const { parameters, from, visible } = given(context, space, keys, visibility);
      const sql = `select ${versionColumns('r', 'r')} from (
        select distinct t.key_high, t.key_low, t.version, t.seq ${from}
        cross join lateral (select rid from edge where target = r.key_high and param = ${parameters.word(context.index(space).param(param))} offset 0) g
        cross join lateral (select * from record t where t.rid = g.rid and not t.deleted and t.type = ${parameters.small(context.dictionary.number('type', type) ?? -1)} and ${visible('t')} offset 0) t) r ${ENTRY}`;
      return storedOf(context, await database.query(named(sql, parameters)));
    },

    history: (space, of, page, visibility) => history(context, space, of, page, visibility),

    async compartment(space, patient, visibility, page) {
      const bound = { space, patient, visibility, since: page.since };
      const position = page.after === undefined ? undefined : decodeCursor(context.keys.cursorKey, bound, page.after);
      const limit = Math.min(Math.max(Math.trunc(page.limit), 0), MAX_PAGE);
      const parameters = new Parameters();
      const visible = visibleIn(context, space, visibility, parameters);
      const since = page.since === undefined ? '' : ` and r.updated >= ${parameters.integer(page.since)}`;
      const beyond = position ? ` and rid > ${parameters.integer(position[0]!)}` : '';
      const sql = `select ${versionColumns('r', 'r')}, r.rid from (
        select r.* from (select rid from idx where token = ${parameters.word(context.index(space).compartment(patient))}${beyond} order by rid) d
        cross join lateral (select * from record r where r.rid = d.rid and not r.deleted${since} and ${visible('r')} offset 0) r
        order by d.rid limit ${parameters.integer(limit + 1)}) r ${ENTRY} order by r.rid`;
      const rows = await database.query(named(sql, parameters));
      const last = rows.length > limit ? rows[limit - 1] : undefined;
      return {
        records: await storedOf(context, rows.slice(0, limit)),
        next: last && encodeCursor(context.keys.cursorKey, bound, [Number(last[6])]),
        total: undefined,
      };
    },

    lapsed: (space, of, visibility, shown, limit) => lapsed(context, space, of, visibility, shown, limit),
    leftCompartments: (space, keys, patients) => leftCompartments(context, space, keys, patients),

    async events(kinds, token, page) {
      const bound = { kinds, token };
      const position = page.after === undefined ? undefined : decodeCursor(context.keys.cursorKey, bound, page.after);
      const limit = Math.min(Math.max(Math.trunc(page.limit), 0), MAX_PAGE);
      const parameters = new Parameters();
      const beyond = position ? ` and seq < ${parameters.integer(position[0]!)}` : '';
      const numbers = parameters.smalls(kinds.map((kind: EventKind) => eventKinds[kind]));
      const sql = `select e.seq, e.kind, e.key_id, e.wrapped, e.sealed
        from (select seq from entry_idx where token = ${parameters.word(eventToken(context, token))}${beyond} order by seq desc) d
        cross join lateral (select * from entry e where e.seq = d.seq and e.kind = any(${numbers}) offset 0) e order by d.seq desc limit ${parameters.integer(limit + 1)}`;
      const rows = await database.query(named(sql, parameters));
      const last = rows.length > limit ? rows[limit - 1] : undefined;
      return {
        events: await openEvents(context, rows.slice(0, limit)),
        next: last && encodeCursor(context.keys.cursorKey, bound, [Number(last[0])]),
      };
    },

    async counts(space) {
      const number = context.dictionary.number('space', space) ?? -1;
      const rows = await database.query({
        name: 'counts',
        text: 'select type, count(*) from record where space = $1::int2 and not deleted group by type',
        values: [number],
      });
      return new Map(rows.map(([type, count]) => [context.dictionary.name(type as number) ?? '', Number(count)]));
    },
  };
}
