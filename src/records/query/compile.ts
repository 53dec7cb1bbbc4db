/**
 * A `Match` as SQL. One condition, the one that the fewest records fulfil, drives: its index yields record numbers in order. All
 * others are looked up per record. Both are written with `lateral` and `offset 0`, so that this order is the order of execution and
 * does not depend on the planner's guess about keyed words.
 */
import type { RecordsContext } from '../context.ts';
import type { Match, Space } from '../model.ts';
import { wordValue, type Parameters } from './sql.ts';
import type { TermStatistics } from './statistics.ts';
import type { VisibleCondition } from './visible.ts';

export interface Compilation {
  readonly context: RecordsContext;
  readonly statistics: TermStatistics;
  readonly space: Space;
  readonly parameters: Parameters;
  readonly visible: VisibleCondition;
  /** Numbers the aliases of nested sub-queries. */
  alias(): string;
}

/** A query that yields each matching record number (`rid`) once, in order. */
export interface Driver {
  readonly sql: string;
  readonly rows: number;
  /** The part of the match that it answers: not to be asked again of each record. */
  readonly part: Match;
}

const CHAIN_FANOUT = 50;

const typeNumber = ({ context, parameters }: Compilation, type: string): string => parameters.small(context.dictionary.number('type', type) ?? -1);

/** What a sub-query's record has to be: current, of the type, in the space, visible. */
const current = (c: Compilation, alias: string, type: string): string =>
  `${alias}.space = ${c.parameters.small(c.context.dictionary.number('space', c.space) ?? -1)} and ${alias}.type = ${typeNumber(c, type)} and not ${alias}.deleted and ${c.visible(alias)}`;

const anyOf = (c: Compilation, words: readonly Uint8Array[]): string =>
  words.length === 1 ? `= ${c.parameters.word(words[0]!)}` : `= any(${c.parameters.words(words)})`;

const tokenWords = (c: Compilation, terms: readonly string[]): Uint8Array[] => terms.map((term) => c.context.index(c.space).token(term));
const targetWords = (c: Compilation, references: readonly string[]): Uint8Array[] =>
  references.map((reference) => c.context.index(c.space).target(reference));
const paramWord = (c: Compilation, param: string): string => c.parameters.word(c.context.index(c.space).param(param));

/** Whether the record of row `r` matches; `types` are the types asked for at this level (ids mean nothing without); `answered` is left out. */
export function condition(c: Compilation, match: Match, r: string, types: readonly string[], answered?: Match): string {
  if (match === answered) return 'true';
  switch (match.kind) {
    case 'everything':
      return 'true';
    case 'token':
      if (match.anyOf.length === 0) return 'false';
      return `exists (select from idx where idx.token ${anyOf(c, tokenWords(c, match.anyOf))} and idx.rid = ${r}.rid offset 0)`;
    case 'refers':
      if (match.anyOf.length === 0) return 'false';
      return `exists (select from edge where edge.param = ${paramWord(c, match.param)} and edge.target ${anyOf(c, targetWords(c, match.anyOf))} and edge.rid = ${r}.rid offset 0)`;
    case 'chain': {
      const [e, t] = [c.alias(), c.alias()];
      return `exists (select from edge ${e} cross join lateral (select from record ${t} where ${t}.key_high = ${e}.target and ${current(c, t, match.type)} and ${condition(c, match.where, t, [match.type])} offset 0) x${t}
        where ${e}.rid = ${r}.rid and ${e}.param = ${paramWord(c, match.param)} offset 0)`;
    }
    case 'reverse': {
      const [e, t] = [c.alias(), c.alias()];
      return `exists (select from edge ${e} cross join lateral (select from record ${t} where ${t}.rid = ${e}.rid and ${current(c, t, match.type)} and ${condition(c, match.where, t, [match.type])} offset 0) x${t}
        where ${e}.param = ${paramWord(c, match.param)} and ${e}.target = ${r}.key_high offset 0)`;
    }
    case 'ids':
      return match.ids.length === 0 ? 'false' : `${r}.key_high ${anyOf(c, idWords(c, match.ids, types))}`;
    case 'updated': {
      const bounds = [
        match.from === undefined ? [] : [`${r}.updated >= ${c.parameters.integer(match.from)}`],
        match.before === undefined ? [] : [`${r}.updated < ${c.parameters.integer(match.before)}`],
      ].flat();
      return bounds.length === 0 ? 'true' : `(${bounds.join(' and ')})`;
    }
    case 'all':
      return match.of.length === 0 ? 'true' : `(${match.of.map((part) => condition(c, part, r, types, answered)).join(' and ')})`;
    case 'some':
      return match.of.length === 0 ? 'false' : `(${match.of.map((part) => condition(c, part, r, types)).join(' or ')})`;
    case 'not':
      return `not ${condition(c, match.of, r, types)}`;
  }
}

/** Whether the answer is in the index alone: no row of `record` is needed to give it. */
export function indexOnly(match: Match): boolean {
  if (match.kind === 'token' || match.kind === 'refers') return true;
  return (match.kind === 'some' || match.kind === 'all') && match.of.every(indexOnly);
}

const idWords = (c: Compilation, ids: readonly string[], types: readonly string[]): Uint8Array[] =>
  types.flatMap((type) => ids.map((id) => c.context.index(c.space).target(`${type}/${id}`)));

/** How many records a condition lets through, roughly; Infinity when it cannot drive. */
function estimate(c: Compilation, match: Match): number {
  switch (match.kind) {
    case 'token':
      return tokenWords(c, match.anyOf).reduce((sum, word) => sum + c.statistics.token(wordValue(word)), 0);
    case 'refers':
      return targetWords(c, match.anyOf).reduce((sum, word) => sum + c.statistics.target(wordValue(word)), 0);
    case 'chain':
      return CHAIN_FANOUT * estimate(c, match.where);
    case 'reverse':
      return estimate(c, match.where);
    case 'ids':
      return match.ids.length;
    case 'all':
      return Math.min(Infinity, ...match.of.map((part) => estimate(c, part)));
    case 'some':
      return match.of.reduce((sum, part) => sum + estimate(c, part), 0);
    default:
      return Infinity;
  }
}

/** The part of the match that the fewest records fulfil, as a query; undefined when no part of it has an index to start from. */
export function driver(c: Compilation, match: Match, types: readonly string[]): Driver | undefined {
  if (match.kind === 'all') {
    const [best] = match.of.map((part) => ({ part, rows: estimate(c, part) })).sort((a, b) => a.rows - b.rows);
    return best && driver(c, best.part, types);
  }
  const rows = estimate(c, match);
  const sql = rows === Infinity ? undefined : driverSql(c, match, types);
  return sql === undefined ? undefined : { sql, rows, part: match };
}

/** The visible current records of a sub-query's type that match, as rows of `record` under the alias. */
function subquery(c: Compilation, match: Match, type: string, t: string): string | undefined {
  const from = driver(c, match, [type]);
  if (!from) return undefined;
  const d = c.alias();
  return `(${from.sql}) ${d} cross join lateral
    (select * from record ${t} where ${t}.rid = ${d}.rid and ${current(c, t, type)} and ${condition(c, match, t, [type], from.part)} offset 0) ${t}`;
}

function driverSql(c: Compilation, match: Match, types: readonly string[]): string | undefined {
  switch (match.kind) {
    case 'token': {
      const words = tokenWords(c, match.anyOf);
      return `select ${words.length === 1 ? '' : 'distinct '}rid from idx where token ${anyOf(c, words)}`;
    }
    case 'refers': {
      const words = targetWords(c, match.anyOf);
      return `select ${words.length === 1 ? '' : 'distinct '}rid from edge where param = ${paramWord(c, match.param)} and target ${anyOf(c, words)}`;
    }
    case 'chain': {
      const t = c.alias();
      const from = subquery(c, match.where, match.type, t);
      return (
        from &&
        `select distinct e.rid from ${from} cross join lateral (select rid from edge where param = ${paramWord(c, match.param)} and target = ${t}.key_high offset 0) e`
      );
    }
    case 'reverse': {
      const t = c.alias();
      const from = subquery(c, match.where, match.type, t);
      return (
        from &&
        `select distinct h.rid from
        (select distinct e.target from ${from} cross join lateral (select target from edge where rid = ${t}.rid and param = ${paramWord(c, match.param)} offset 0) e) x
        cross join lateral (select rid from record where key_high = x.target offset 0) h`
      );
    }
    case 'ids':
      return match.ids.length === 0 ? undefined : `select rid from record where key_high ${anyOf(c, idWords(c, match.ids, types))}`;
    case 'some': {
      const parts = match.of.map((part) => wholeDriver(c, part, types));
      return parts.length === 0 || parts.includes(undefined)
        ? undefined
        : `select rid from (${parts.map((part) => `(${part})`).join(' union ')}) ${c.alias()}`;
    }
    default:
      return undefined;
  }
}

/** A driver that answers the whole match: what an alternative needs, because nothing is asked again of the records it yields. */
function wholeDriver(c: Compilation, match: Match, types: readonly string[]): string | undefined {
  const found = driver(c, match, types);
  return found?.part === match ? found.sql : undefined;
}
