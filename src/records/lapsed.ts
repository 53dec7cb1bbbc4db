/**
 * Records that somebody could see and no longer can: their current version is out of a visibility that an earlier one was in. A version
 * shows only while its record's head does (`history.ts`), so whoever was given the earlier ones has to be told.
 */
import type { RecordsContext } from './context.ts';
import type { LapsedOf, LapsedRecord, RecordKey, Space, Visibility } from './model.ts';
import { openVersions } from './open-rows.ts';
import { named, Parameters } from './query/sql.ts';
import { visibleIn, type VisibleCondition } from './query/visible.ts';
import { MAX_PAGE } from './search.ts';

/** Rows of the keys `k (n, high, low)`, `n` from 1. */
function keyRows(context: RecordsContext, space: Space, keys: readonly RecordKey[], parameters: Parameters): string {
  const words = keys.map(({ type, id }) => context.index(space).record(type, id));
  const [high, low] = [parameters.words(words.map((word) => word.subarray(0, 8))), parameters.words(words.map((word) => word.subarray(8)))];
  return `unnest(${high}, ${low}) with ordinality as k(high, low, n)`;
}

/** Up to so many versions are looked at one by one; beyond it is cheaper to start from those that the visibility ever covered. */
const FEW = 5000;

/** Heads `r` at this position or after it that are not visible: a superset of the lapsed ones. */
async function headsSince(
  context: RecordsContext,
  space: Space,
  { since, few }: { readonly since: number; readonly few: number },
  visible: VisibleCondition,
  parameters: Parameters,
): Promise<string> {
  const number = parameters.small(context.dictionary.number('space', space) ?? -1);
  const from = parameters.integer(since);
  const [newest] = await context.database.query({ name: 'newest-version', text: 'select coalesce(max(seq), 0) from version', values: [] });
  return Number(newest![0]) - since < few
    ? `(select rid, seq from version where space = ${number} and seq >= ${from}) h cross join lateral
       (select * from record r where r.rid = h.rid and r.seq = h.seq and not (${visible('r')}) offset 0) r`
    : `(select r.* from version h join record r on r.rid = h.rid and r.seq = h.seq
         where h.space = ${number} and h.seq >= ${from} and not (${visible('h')})
         and exists (select from version v where v.rid = h.rid and v.space = ${number} and ${visible('v')})) r`;
}

/**
 * Only the last version that was visible is opened: what the record has become is not this visibility's business. `shown`: an earlier
 * version counts only when it is visible under one of these too.
 */
export async function lapsed(
  context: RecordsContext,
  space: Space,
  of: LapsedOf,
  visibility: Visibility,
  shown: readonly Visibility[],
  limit: number,
  few = FEW,
): Promise<readonly LapsedRecord[]> {
  if (of.keys?.length === 0) return [];
  const parameters = new Parameters();
  const visible = visibleIn(context, space, visibility, parameters);
  const under = shown.map((each) => `(${visibleIn(context, space, each, parameters)('v')})`).join(' or ');
  const heads = of.keys
    ? `${keyRows(context, space, of.keys, parameters)} cross join lateral
         (select * from record r where r.key_high = k.high and r.key_low = k.low and not (${visible('r')}) offset 0) r`
    : await headsSince(context, space, { since: Math.max(of.since, of.from ?? 0), few }, visible, parameters);
  const sql = `select int8send(r.key_high) || int8send(r.key_low), l.version, e.seq, e.key_id, e.wrapped, e.sealed, n.version, n.seq, r.seq
    from ${heads}
    cross join lateral (select max(v.seq) as seq, bool_or(${under === '' ? 'true' : under}) as shown from version v where v.rid = r.rid and ${visible('v')}) s
    cross join lateral (select * from version where seq = s.seq offset 0) l
    cross join lateral (select version, seq from version v where v.rid = r.rid and v.seq > s.seq order by v.seq limit 1) n
    cross join lateral (select seq, key_id, wrapped, sealed from entry where seq = l.seq offset 0) e
    where s.shown and n.seq >= ${parameters.integer(of.since)} order by r.seq limit ${parameters.integer(Math.min(Math.max(Math.trunc(limit), 0), MAX_PAGE))}`;
  const rows = await context.database.query(named(sql, parameters));
  const opened = await openVersions(context, rows);
  return opened.map(({ stored }, index) => {
    const [version, sequence, head] = rows[index]!.slice(6).map(Number) as [number, number, number];
    return { type: stored.type, id: stored.id, version, sequence, head };
  });
}

/** Which of the patients had one of the records in their compartment before, and have not now: positions in `keys`, with the patient. */
export async function leftCompartments(
  context: RecordsContext,
  space: Space,
  keys: readonly RecordKey[],
  patients: readonly string[],
): Promise<readonly { readonly index: number; readonly patient: string }[]> {
  if (keys.length === 0 || patients.length === 0) return [];
  const parameters = new Parameters();
  const byWord = new Map(patients.map((patient) => [Buffer.from(context.index(space).compartment(patient)).toString('hex'), patient]));
  const words = parameters.words(patients.map((patient) => context.index(space).compartment(patient)));
  const sql = `select distinct k.n, encode(int8send(c.word), 'hex') from ${keyRows(context, space, keys, parameters)}
    cross join lateral (select * from record r where r.key_high = k.high and r.key_low = k.low offset 0) r
    cross join lateral (select compartments from version v where v.rid = r.rid and v.version < r.version and v.compartments && ${words} offset 0) v
    cross join lateral unnest(v.compartments) as c(word)
    where c.word = any(${words}) and not c.word = any(r.compartments)`;
  const rows = await context.database.query(named(sql, parameters));
  return rows.map(([n, word]) => ({ index: Number(n) - 1, patient: byWord.get(word as string)! }));
}
