/** Versions over time, newest first. A version shows when both it and the record's head are visible: a correction of a wrong patient, or a later label, reaches back. */
import type { RecordsContext } from './context.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import type { FoundPage, Space, Visibility } from './model.ts';
import { openVersions, versionColumns } from './open-rows.ts';
import { named, Parameters } from './query/sql.ts';
import { visibleIn } from './query/visible.ts';
import { MAX_PAGE } from './search.ts';

export interface HistoryOf {
  readonly type?: string;
  readonly id?: string;
  readonly since?: number;
  readonly before?: number;
}

export async function history(
  context: RecordsContext,
  space: Space,
  of: HistoryOf,
  page: { readonly limit: number; readonly after?: string },
  visibility: Visibility,
): Promise<FoundPage> {
  const parameters = new Parameters();
  const visible = visibleIn(context, space, visibility, parameters);
  const bound = { space, of, visibility };
  const position = page.after === undefined ? undefined : decodeCursor(context.keys.cursorKey, bound, page.after);
  const limit = Math.min(Math.max(Math.trunc(page.limit), 0), MAX_PAGE);

  const conditions = [`v.space = ${parameters.small(context.dictionary.number('space', space) ?? -1)}`, visible('v')];
  if (of.type !== undefined) conditions.push(`v.type = ${parameters.small(context.dictionary.number('type', of.type) ?? -1)}`);
  if (of.since !== undefined) conditions.push(`v.updated >= ${parameters.integer(of.since)}`);
  if (of.before !== undefined) conditions.push(`v.updated < ${parameters.integer(of.before)}`);
  const single = of.type !== undefined && of.id !== undefined;
  const key = single ? context.index(space).record(of.type, of.id) : undefined;
  const head = `${visible('r')}${key ? ` and r.key_high = ${parameters.word(key)} and r.key_low = ${parameters.word(key.subarray(8))}` : ''}`;
  const from = single
    ? `from (select * from record r where ${head} offset 0) r cross join lateral (select * from version v where v.rid = r.rid and ${conditions.join(' and ')} offset 0) v`
    : `from version v cross join lateral (select * from record r where r.rid = v.rid and ${head} offset 0) r where ${conditions.join(' and ')}`;

  const total = single ? Number((await context.database.query(named(`select count(*) ${from}`, parameters)))[0]![0]) : undefined;
  const beyond = position ? `${single ? 'where' : 'and'} v.seq < ${parameters.integer(position[0]!)}` : '';
  const sql = `select ${versionColumns('p', 'p')} from (select r.key_high, r.key_low, v.version, v.seq ${from} ${beyond} order by v.seq desc limit ${parameters.integer(limit + 1)}) p
    cross join lateral (select seq, key_id, wrapped, sealed from entry where seq = p.seq offset 0) e order by e.seq desc`;
  const rows = limit === 0 ? [] : await context.database.query(named(sql, parameters));
  const opened = await openVersions(context, rows.slice(0, limit));
  const last = rows.length > limit ? Number(rows[limit - 1]![2]) : undefined;
  return {
    records: opened.map(({ stored }) => stored),
    next: last === undefined ? undefined : encodeCursor(context.keys.cursorKey, bound, [last]),
    total,
  };
}
