import { codedError } from '../../base/errors.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import { searchErrors } from './errors.ts';
import { parseFilter } from './parse-filter.ts';
import type { SearchParameters } from './parameters.ts';
import type { QueryParameter } from './query-string.ts';
import type { Filter, Inclusion, SearchRequest, SortKey, Summary, Total } from './request.ts';

export const maxCount = 1000;
const MAX_SORT_KEYS = 4;
const MAX_INCLUSIONS = 20;

/** Parameters about the answer, not the records; a repetition of one of them replaces the former. */
const SUMMARIES: readonly string[] = ['true', 'text', 'data', 'count', 'false'];
const TOTALS: readonly string[] = ['none', 'estimate', 'accurate'];
/** Handled before the search (content negotiation), or harmless: kept out of the links. */
const ELSEWHERE = new Set(['_format', '_pretty']);

const malformed = (name: string, message: string) =>
  fail(codedError(searchErrors, 'search.malformed-value', { message: `\`${name}\`: ${message}`, data: { parameter: name } }));

/**
 * Parses a search over `types` (one; or several for `_type`, then only parameters common to all of them). Under `lenient` unknown
 * parameters are reported in `ignored` instead of refused (R4 http §3.1.0.4.1 and search §3.1.1.3.1).
 */
export function parseSearch(
  definitions: SearchParameters,
  types: readonly string[],
  parameters: readonly QueryParameter[],
  lenient: boolean,
): Result<SearchRequest> {
  const filters: Filter[] = [];
  const inclusions: Inclusion[] = [];
  const applied: QueryParameter[] = [];
  const ignored: string[] = [];
  let sort: readonly SortKey[] = [];
  let count: number | undefined;
  let total: Total | undefined;
  let summary: Summary = 'false';
  let elements: readonly string[] = [];
  let cursor: string | undefined;

  for (const parameter of parameters) {
    const { name, value } = parameter;
    let taken: Result<unknown> | undefined;
    if (ELSEWHERE.has(name)) continue;
    if (name === '_cursor') {
      cursor = value;
      continue;
    }
    if (name === '_count') {
      if (!/^\d{1,9}$/.test(value)) return malformed(name, 'must be a number of records.');
      count = Math.min(Number(value), maxCount);
    } else if (name === '_total') {
      if (!TOTALS.includes(value)) return malformed(name, 'must be `none`, `estimate` or `accurate`.');
      total = value as Total;
    } else if (name === '_summary') {
      if (!SUMMARIES.includes(value)) return malformed(name, 'must be `true`, `text`, `data`, `count` or `false`.');
      summary = value as Summary;
    } else if (name === '_elements') {
      elements = value
        .split(',')
        .map((text) => text.trim().split('.', 1)[0]!)
        .filter((text) => text !== '');
    } else if (name === '_sort') {
      taken = parseSort(definitions, types, value);
      if (taken.ok) sort = taken.value as readonly SortKey[];
    } else if (/^_(rev)?include(:|$)/.test(name)) {
      taken = parseInclusion(definitions, types, name, value);
      if (taken.ok) inclusions.push(...(taken.value as readonly Inclusion[]));
      if (inclusions.length > MAX_INCLUSIONS)
        return fail(codedError(searchErrors, 'search.too-long', { message: `At most ${MAX_INCLUSIONS} inclusions.` }));
    } else {
      taken = parseForTypes(definitions, types, name, value);
      if (taken.ok) filters.push(taken.value as Filter);
    }
    if (taken && !taken.ok) {
      if (!lenient || (taken.error.code !== 'search.unknown-parameter' && taken.error.code !== 'search.unsupported-modifier')) return taken;
      ignored.push(name);
      continue;
    }
    applied.push(parameter);
  }
  return ok({ types, filters, inclusions, sort, count, total, summary, elements, cursor, applied, ignored });
}

function parseForTypes(definitions: SearchParameters, types: readonly string[], name: string, value: string): Result<Filter> {
  const alternatives: Filter[] = [];
  for (const type of types) {
    const filter = parseFilter(definitions, type, name, value);
    if (!filter.ok) return filter;
    if (filter.value.kind === 'ids' || filter.value.kind === 'updated') return filter;
    alternatives.push(filter.value);
  }
  return ok(alternatives.length === 1 ? alternatives[0]! : { kind: 'some', of: alternatives });
}

function parseSort(definitions: SearchParameters, types: readonly string[], value: string): Result<readonly SortKey[]> {
  const keys: SortKey[] = [];
  for (const text of value.split(',')) {
    const descending = text.startsWith('-');
    const parameter = descending ? text.slice(1) : text;
    const definition = types.map((type) => definitions.find(type, parameter)).find((found) => found !== undefined);
    if (!definition || definition.type === 'composite' || definition.type === 'special') {
      return fail(
        codedError(searchErrors, 'search.unknown-parameter', {
          message: `\`_sort\`: \`${parameter.slice(0, 80)}\` is not a search parameter of ${types.join(', ')}.`,
        }),
      );
    }
    keys.push({ parameter, descending });
  }
  if (keys.length > MAX_SORT_KEYS) return fail(codedError(searchErrors, 'search.too-long', { message: `At most ${MAX_SORT_KEYS} sort keys.` }));
  return ok(keys);
}

function parseInclusion(definitions: SearchParameters, types: readonly string[], name: string, value: string): Result<readonly Inclusion[]> {
  const reverse = name.startsWith('_revinclude');
  const modifier = name.includes(':') ? name.slice(name.indexOf(':') + 1) : undefined;
  if (modifier !== undefined && modifier !== 'iterate' && modifier !== 'recurse') {
    return fail(codedError(searchErrors, 'search.unsupported-modifier', { message: `\`${name}\`: only \`:iterate\` is known.` }));
  }
  const iterate = modifier !== undefined;
  const [source, code, target, ...more] = value.split(':');
  if (!reverse && value === '*') {
    return ok(
      types.flatMap((type) => references(definitions, type).map((parameter) => ({ reverse, source: type, parameter, target: undefined, iterate }))),
    );
  }
  if (!source || !code || more.length > 0 || !definitions.isResourceType(source))
    return malformed(name, 'must have the form `Type:reference` or `Type:reference:Target`.');
  if (target !== undefined && !definitions.isResourceType(target)) return malformed(name, `\`${target.slice(0, 80)}\` is not a resource type.`);
  if (code === '*' && !reverse) return ok(references(definitions, source).map((parameter) => ({ reverse, source, parameter, target, iterate })));
  const parameter = definitions.find(source, code);
  if (parameter?.type !== 'reference') {
    return fail(
      codedError(searchErrors, 'search.unknown-parameter', {
        message: `\`${name}\`: \`${code.slice(0, 80)}\` is not a reference parameter of ${source}.`,
      }),
    );
  }
  if (reverse && target === undefined && !parameter.targets.some((type) => types.includes(type)) && !iterate) {
    return malformed(name, `\`${source}.${code}\` does not refer to ${types.join(', ')}.`);
  }
  return ok([{ reverse, source, parameter: code, target, iterate }]);
}

const references = (definitions: SearchParameters, type: string): readonly string[] =>
  definitions
    .all(type)
    .filter((parameter) => parameter.type === 'reference')
    .map((parameter) => parameter.code);
