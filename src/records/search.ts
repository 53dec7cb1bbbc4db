/** One page of a query, in one of three orders: as stored, by last update, by clinical date. */
import { codedError } from '../base/errors.ts';
import { CodedException } from '../base/result.ts';
import type { Row, Statement } from '../store/database.ts';
import { openSortKeys } from '../vault/sort-key.ts';
import type { RecordsContext } from './context.ts';
import { decodeCursor, encodeCursor, type Position } from './cursor.ts';
import { recordsErrors } from './errors.ts';
import type { FoundPage, Order, Query } from './model.ts';
import { openVersions, versionColumns } from './open-rows.ts';
import { matching, type Matching } from './query/plan.ts';
import { named } from './query/sql.ts';
import type { TermStatistics } from './query/statistics.ts';

/** Candidates whose sealed dates are opened to sort them. */
export const MAX_DATE_SORT = 50_000;
export const MAX_PAGE = 10_000;

export async function search(context: RecordsContext, statistics: TermStatistics, query: Query): Promise<FoundPage> {
  const { after, ...rest } = query;
  const bound = { ...rest, where: query.pagedAs ?? query.where, limit: undefined, withTotal: undefined };
  const position = after === undefined ? undefined : decodeCursor(context.keys.cursorKey, bound, after);
  const limit = Math.min(Math.max(Math.trunc(query.limit), 0), MAX_PAGE);
  const run = (statement: Statement): Promise<readonly Row[]> => context.database.query(statement);
  const find = (): Matching => matching(context, statistics, query);
  // A first page counts on its way; later ones see only what is left.
  const counting = query.withTotal && position === undefined && limit > 0;
  const [total, page] = await Promise.all([
    query.withTotal && !counting ? count(run, find()) : undefined,
    limit === 0 ? nothing : findPage(context, run, find(), { order: query.order, position, limit, counting }),
  ]);
  const records = await openVersions(context, page.rows);
  const cursor = (at: Position): string => encodeCursor(context.keys.cursorKey, bound, at);
  return {
    records: records.map(({ stored }) => stored),
    next: page.next && cursor(page.next),
    total: counting ? page.total : total,
    after: (index) => cursor(page.positionOf(page.rows[index]!)),
  };
}

type Run = (statement: Statement) => Promise<readonly Row[]>;

interface Page {
  readonly rows: readonly Row[];
  readonly next: Position | undefined;
  readonly positionOf: (row: Row) => Position;
  /** When it was counted on the way. */
  readonly total: number | undefined;
}

interface PageAsked {
  readonly order: Order;
  readonly position: Position | undefined;
  readonly limit: number;
  readonly counting: boolean;
}

const nothing: Page = { rows: [], next: undefined, positionOf: () => [], total: undefined };

async function count(run: Run, found: Matching): Promise<number> {
  const [row] = await run(named(`select count(*) ${found.from()}`, found.parameters));
  return Number(row![0]);
}

function findPage(context: RecordsContext, run: Run, found: Matching, asked: PageAsked): Promise<Page> {
  const { order } = asked;
  if (order.by === 'stored') return byStorage(run, found, asked);
  if (order.by === 'updated') return byUpdate(run, found, order.descending, asked);
  return byDate(context, run, found, order.descending, asked);
}

/** Rows of the entries of the records that a subselect `p` yields, first columns as `openVersions` wants them. */
const withEntries = (p: string, more: string, order: string): string => `select ${versionColumns('p', 'p')}, ${more} from (${p}) p cross join lateral
  (select seq, key_id, wrapped, sealed from entry where seq = p.seq offset 0) e ${order}`;

const HEAD = 'r.rid, r.key_high, r.key_low, r.version, r.seq, r.updated';

/** What a page's subselect yields; the total, when counted, comes last. */
const headColumns = (counting: boolean): string => (counting ? `${HEAD}, count(*) over () as total` : HEAD);

/** One row more than the page tells whether there is another. */
function paged(rows: readonly Row[], { limit, counting }: PageAsked, positionOf: (row: Row) => Position): Page {
  const total = counting ? Number(rows[0]?.at(-1) ?? 0) : undefined;
  return rows.length <= limit
    ? { rows, next: undefined, positionOf, total }
    : { rows: rows.slice(0, limit), next: positionOf(rows[limit - 1]!), positionOf, total };
}

async function byStorage(run: Run, found: Matching, asked: PageAsked): Promise<Page> {
  const { position, limit, counting } = asked;
  const from = found.from(undefined, position && `> ${found.parameters.integer(position[0]!)}`);
  const inner = `select ${headColumns(counting)} ${from} order by ${found.driven ? 'd.rid' : 'r.rid'} limit ${found.parameters.integer(limit + 1)}`;
  const rows = await run(named(withEntries(inner, counting ? 'p.rid, p.total' : 'p.rid', 'order by p.rid'), found.parameters));
  return paged(rows, asked, (last) => [Number(last[6])]);
}

async function byUpdate(run: Run, found: Matching, descending: boolean, asked: PageAsked): Promise<Page> {
  const { position, limit, counting } = asked;
  const direction = descending ? 'desc' : 'asc';
  const order = (alias: string): string => `order by ${alias}.updated ${direction}, ${alias}.rid ${direction}`;
  const beyond =
    position && `(r.updated, r.rid) ${descending ? '<' : '>'} (${found.parameters.integer(position[0]!)}, ${found.parameters.integer(position[1]!)})`;
  const inner = `select ${headColumns(counting)} ${found.from(beyond)} ${order('r')} limit ${found.parameters.integer(limit + 1)}`;
  const rows = await run(named(withEntries(inner, counting ? 'p.updated, p.rid, p.total' : 'p.updated, p.rid', order('p')), found.parameters));
  return paged(rows, asked, (last) => [Number(last[6]), Number(last[7])]);
}

/** Dates are sealed: those of all candidates are opened, in one call of the cipher, and sorted here. Records without one come last. */
async function byDate(context: RecordsContext, run: Run, found: Matching, descending: boolean, { position, limit }: PageAsked): Promise<Page> {
  const candidates = await run(named(`select r.rid, r.sort ${found.from()} limit ${found.parameters.integer(MAX_DATE_SORT + 1)}`, found.parameters));
  if (candidates.length > MAX_DATE_SORT)
    throw new CodedException(codedError(recordsErrors, 'records.too-many-to-sort', { data: { limit: MAX_DATE_SORT } }));
  const dated = candidates.filter((row) => row[1] !== null);
  const dates = openSortKeys(context.keys.sortKey, Buffer.concat(dated.map((row) => row[1] as Uint8Array)));
  const sign = descending ? -1 : 1;
  const none = Infinity;
  const compare = (a: readonly [number, number], b: readonly [number, number]): number => (a[0] === b[0] ? a[1] - b[1] : a[0] < b[0] ? -1 : 1);
  const sorted = [
    ...dated.map((row, index): [number, number] => [sign * dates[index]!, Number(row[0])]),
    ...candidates.filter((row) => row[1] === null).map((row): [number, number] => [none, Number(row[0])]),
  ].sort(compare);
  const start = position ? sorted.findIndex((item) => compare(item, [position[0] ?? none, position[1]!]) > 0) : 0;
  const page = start < 0 ? [] : sorted.slice(start, start + limit);
  const positions = new Map(page.map(([date, rid]): [number, Position] => [rid, [date === none ? null : date, rid]]));
  const positionOf = (row: Row): Position => positions.get(Number(row[6]))!;
  const last = page.at(-1);
  const next = last && start + limit < sorted.length ? positions.get(last[1]) : undefined;
  const rids = page.map(([, rid]) => rid);
  const rows = await run({
    name: 'by-rid',
    text: withEntries(
      `select ${HEAD} from unnest($1::int8[]) with ordinality x(rid, place) cross join lateral (select * from record where rid = x.rid offset 0) r`,
      'p.rid',
      '',
    ),
    values: [`{${rids.join(',')}}`],
  });
  const place = new Map(rids.map((rid, index) => [rid, index]));
  return { rows: [...rows].sort((a, b) => place.get(Number(a[6]))! - place.get(Number(b[6]))!), next, positionOf, total: sorted.length };
}
