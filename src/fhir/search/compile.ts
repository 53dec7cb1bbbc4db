/**
 * Filters → a condition over the blind index, and what is left to check on each decrypted record. Inside a chain or `_has` nothing can
 * be left over: an inexact inner condition is answered first (bounded), and its result takes its place.
 */
import { codedError } from '../../base/errors.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import type { Match, StoredVersion } from '../../records/model.ts';
import { termName } from '../index/terms.ts';
import type { Document, SearchContext } from './context.ts';
import { widenDate } from './date-value.ts';
import { searchErrors } from './errors.ts';
import type { Prefix } from '../index/values/prefix.ts';
import type { Interval } from './date-value.ts';
import type { Filter } from './request.ts';

export type Check = (document: Document, record: StoredVersion) => boolean;

export interface Compiled {
  readonly match: Match;
  /** Undefined: the match says all. */
  readonly check: Check | undefined;
  /**
   * The same search with less asked of the index and more of each decrypted record: faster as long as many of the records that the rest
   * finds match. `check` is the whole truth with this match.
   */
  readonly light?: { readonly match: Match; readonly check: Check };
}

/** Records that an inexact condition inside a chain or `_has` may match. */
const MAX_INNER = 2000;
const INNER_BATCH = 500;

export const nothing: Match = { kind: 'ids', ids: [] };

export async function compileAll(context: SearchContext, filters: readonly Filter[]): Promise<Result<Compiled>> {
  if (filters.length === 0) return ok({ match: { kind: 'everything' }, check: undefined });
  const parts: Compiled[] = [];
  for (const filter of filters) {
    const part = await compile(context, filter);
    if (!part.ok) return part;
    parts.push(part.value);
  }
  if (parts.length === 1) return ok(parts[0]!);
  const match: Match = { kind: 'all', of: parts.map((part) => part.match) };
  const check = allOf(parts.flatMap((part) => part.check ?? []));
  const light = lighten(context, filters, parts);
  return ok({ match, check, ...(light === undefined ? {} : { light }) });
}

const allOf = (checks: readonly Check[]): Check | undefined =>
  checks.length === 0 ? undefined : (document, record) => checks.every((each) => each(document, record));

/** Words that a record is looked up under, at most, before looking into the record itself is cheaper. */
const HEAVY_WORDS = 24;

const wordsIn = (match: Match): number =>
  match.kind === 'token'
    ? match.anyOf.length
    : match.kind === 'some' || match.kind === 'all'
      ? match.of.reduce((sum, each) => sum + wordsIn(each), 0)
      : 0;
const canDrive = (match: Match): boolean =>
  (match.kind === 'token' || match.kind === 'refers' || match.kind === 'ids' || match.kind === 'chain' || match.kind === 'reverse') &&
  wordsIn(match) <= HEAVY_WORDS;

function lighten(context: SearchContext, filters: readonly Filter[], parts: readonly Compiled[]): Compiled['light'] {
  const heavy = parts.map((part, i) => filters[i]!.kind === 'values' && wordsIn(part.match) > HEAVY_WORDS);
  if (!heavy.includes(true) || !parts.some((part, i) => !heavy[i] && canDrive(part.match))) return undefined;
  const checks = parts.map((part, i) => (heavy[i] ? checkOf(context, filters[i] as Filter & { kind: 'values' }) : part.check));
  return {
    match: { kind: 'all', of: parts.filter((_, i) => !heavy[i]).map((part) => part.match) },
    check: allOf(checks.flatMap((each) => each ?? []))!,
  };
}

const checkOf =
  (context: SearchContext, { type, parameter, modifier, text }: Filter & { kind: 'values' }): Check =>
  (document, record) =>
    record.type === type && context.index.matches(document, type, parameter, modifier, text);

async function compile(context: SearchContext, filter: Filter): Promise<Result<Compiled>> {
  switch (filter.kind) {
    case 'ids':
      return ok({ match: { kind: 'ids', ids: filter.ids }, check: undefined });
    case 'updated':
      return ok({ match: some(filter.anyOf.map(({ prefix, interval }) => updatedMatch(prefix, interval, context.now))), check: undefined });
    case 'values': {
      const { type, parameter, modifier, text } = filter;
      const query = context.index.query(type, parameter, modifier, text);
      if (!query.ok) return query;
      return ok({ match: query.value.match, check: query.value.exact ? undefined : checkOf(context, filter) });
    }
    case 'chain':
      return compileChain(context, filter);
    case 'has':
      return compileHas(context, filter);
    case 'some':
      return compileSome(context, filter.of);
  }
}

const some = (of: readonly Match[]): Match => (of.length === 1 ? of[0]! : { kind: 'some', of });

function updatedMatch(prefix: Prefix, interval: Interval, now: number): Match {
  const { from, before } = prefix === 'ap' ? widenDate(interval, now) : interval;
  switch (prefix) {
    case 'eq':
    case 'ap':
      return { kind: 'updated', from, before };
    case 'ne':
      return { kind: 'not', of: { kind: 'updated', from, before } };
    case 'gt':
    case 'sa':
      return { kind: 'updated', from: before };
    case 'lt':
    case 'eb':
      return { kind: 'updated', before: from };
    case 'ge':
      return { kind: 'updated', from };
    case 'le':
      return { kind: 'updated', before };
  }
}

/** When one alternative leaves something to check, all are checked: a record may have come in by any of them. */
async function compileSome(context: SearchContext, filters: readonly Filter[]): Promise<Result<Compiled>> {
  const parts: Compiled[] = [];
  for (const filter of filters) {
    const part = await compile(context, filter);
    if (!part.ok) return part;
    if (part.value.check && filter.kind !== 'values') return fail(codedError(searchErrors, 'search.too-costly'));
    parts.push(part.value);
  }
  const match = some(parts.map((part) => part.match));
  if (parts.every((part) => !part.check)) return ok({ match, check: undefined });
  // Only alternatives of several types (`_type`) can be inexact here, and each checks records of its own type.
  const byType = new Map<string, Compiled['check']>();
  filters.forEach((filter, i) => filter.kind === 'values' && byType.set(filter.type, parts[i]!.check));
  return ok({ match, check: (document, record) => byType.get(record.type)?.(document, record) ?? true });
}

async function compileChain(context: SearchContext, filter: Filter & { kind: 'chain' }): Promise<Result<Compiled>> {
  const inner = await compile(context, filter.inner);
  if (!inner.ok) return inner;
  const param = termName(filter.type, filter.parameter);
  if (!inner.value.check) return ok({ match: { kind: 'chain', param, type: filter.target, where: inner.value.match }, check: undefined });
  const anyOf: string[] = [];
  const failure = await eachInner(context, filter.target, inner.value, (_, record) => anyOf.push(`${record.type}/${record.id}`));
  if (failure) return failure;
  return ok({ match: anyOf.length === 0 ? nothing : { kind: 'refers', param, anyOf }, check: undefined });
}

async function compileHas(context: SearchContext, filter: Filter & { kind: 'has' }): Promise<Result<Compiled>> {
  const inner = await compile(context, filter.inner);
  if (!inner.ok) return inner;
  const param = termName(filter.referrer, filter.parameter);
  if (!inner.value.check) return ok({ match: { kind: 'reverse', param, type: filter.referrer, where: inner.value.match }, check: undefined });
  const ids = new Set<string>();
  const failure = await eachInner(context, filter.referrer, inner.value, (document) => {
    for (const target of context.index.references(document, filter.referrer, filter.parameter)) {
      if (target.startsWith(`${filter.type}/`)) ids.add(target.slice(filter.type.length + 1));
    }
  });
  return failure ?? ok({ match: { kind: 'ids', ids: [...ids] }, check: undefined });
}

async function eachInner(context: SearchContext, type: string, inner: Compiled, visit: (document: Document, record: StoredVersion) => void) {
  let after: string | undefined;
  let seen = 0;
  do {
    const page = await context.reader.search({
      space: context.space,
      types: [type],
      where: inner.match,
      visibility: context.visibility,
      order: { by: 'stored' },
      limit: INNER_BATCH,
      ...(after === undefined ? {} : { after }),
      withTotal: false,
    });
    for (const record of page.records) {
      const document = context.index.open(record);
      if (inner.check!(document, record)) visit(document, record);
    }
    seen += page.records.length;
    after = page.next;
    if (after !== undefined && seen >= MAX_INNER) {
      return fail(
        codedError(searchErrors, 'search.too-costly', {
          message: `A condition on ${type} inside the search matches more than ${MAX_INNER} records.`,
        }),
      );
    }
  } while (after !== undefined);
  return undefined;
}
