import { codedError } from '../../base/errors.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import { dateInterval } from './date-value.ts';
import { searchErrors } from './errors.ts';
import { splitUnescaped, unescapeValue } from './escape.ts';
import type { SearchParameter, SearchParameters, SearchParameterType } from './parameters.ts';
import { splitPrefix } from '../index/values/prefix.ts';
import { queryLimits } from './query-string.ts';
import type { Filter } from './request.ts';

/** Nesting of chains and `_has`: each level is one more join. */
const MAX_DEPTH = 4;

const MODIFIERS: Readonly<Record<SearchParameterType, readonly string[]>> = {
  number: [],
  date: [],
  string: ['exact', 'contains'],
  token: ['not'],
  reference: ['identifier'],
  quantity: [],
  uri: ['below', 'above'],
  composite: [],
  special: [],
};

/** Modifiers that a parameter takes besides `:missing` (and `:[type]` on references). */
export const modifiersOf = (type: SearchParameterType): readonly string[] => MODIFIERS[type];

export const supported = (parameter: SearchParameter): boolean => parameter.type !== 'composite' && parameter.type !== 'special';

const unknown = (name: string, type: string) =>
  fail(
    codedError(searchErrors, 'search.unknown-parameter', { message: `\`${name}\` is not a search parameter of ${type}.`, data: { parameter: name } }),
  );
const modifierError = (name: string, modifier: string) =>
  fail(
    codedError(searchErrors, 'search.unsupported-modifier', {
      message: `\`${name}\` does not take the modifier \`:${modifier}\`.`,
      data: { parameter: name },
    }),
  );
const malformed = (name: string, message: string) =>
  fail(codedError(searchErrors, 'search.malformed-value', { message: `\`${name}\`: ${message}`, data: { parameter: name } }));

/**
 * Parses one filter of `type`: `code`, `code:modifier`, a chain `subject:Patient.name`, or `_has:Type:param:…`. Undefined parameters
 * are `search.unknown-parameter`: the caller decides whether that matters.
 */
export function parseFilter(parameters: SearchParameters, type: string, name: string, value: string, depth = 0): Result<Filter> {
  if (depth > MAX_DEPTH)
    return fail(codedError(searchErrors, 'search.too-costly', { message: `\`${name}\`: chains go at most ${MAX_DEPTH} levels deep.` }));
  if (name.startsWith('_has:')) return parseHas(parameters, type, name, value, depth);
  const dot = name.indexOf('.');
  if (dot >= 0) return parseChain(parameters, type, name, dot, value, depth);
  const colon = name.indexOf(':');
  const code = colon < 0 ? name : name.slice(0, colon);
  const modifier = colon < 0 ? undefined : name.slice(colon + 1);
  const parameter = parameters.find(type, code);
  if (!parameter || !supported(parameter)) return unknown(code, type);
  if (splitUnescaped(value, ',').length > queryLimits.valuesPerParameter) {
    return fail(
      codedError(searchErrors, 'search.too-long', { message: `\`${name}\` has more than ${queryLimits.valuesPerParameter} alternatives.` }),
    );
  }
  if (code === '_id') return modifier === undefined ? parseIds(name, value) : modifierError(code, modifier);
  if (code === '_lastUpdated') return modifier === undefined ? parseUpdated(name, value) : modifierError(code, modifier);
  if (modifier === 'missing' && value !== 'true' && value !== 'false') return malformed(name, 'must be `true` or `false`.');
  if (modifier !== undefined && modifier !== 'missing' && !MODIFIERS[parameter.type].includes(modifier)) {
    if (parameter.type !== 'reference' || !parameter.targets.includes(modifier)) return modifierError(code, modifier);
  }
  if (value === '') return malformed(name, 'has no value.');
  return ok({ kind: 'values', type, parameter: code, modifier, text: value });
}

function parseIds(name: string, value: string): Result<Filter> {
  const ids = splitUnescaped(value, ',').map(unescapeValue);
  const wrong = ids.find((id) => !/^[A-Za-z0-9\-.]{1,64}$/.test(id));
  return wrong === undefined ? ok({ kind: 'ids', ids }) : malformed(name, `\`${wrong.slice(0, 80)}\` is not an id.`);
}

function parseUpdated(name: string, value: string): Result<Filter> {
  const anyOf = [];
  for (const text of splitUnescaped(value, ',')) {
    const { prefix, rest } = splitPrefix(text);
    const interval = dateInterval(rest);
    if (!interval) return malformed(name, `\`${text.slice(0, 80)}\` is not a date or instant.`);
    anyOf.push({ prefix, interval });
  }
  return ok({ kind: 'updated', anyOf });
}

function parseChain(parameters: SearchParameters, type: string, name: string, dot: number, value: string, depth: number): Result<Filter> {
  const head = name.slice(0, dot);
  const rest = name.slice(dot + 1);
  const [code, target] = head.split(':', 2) as [string, string | undefined];
  const parameter = parameters.find(type, code);
  if (!parameter) return unknown(code, type);
  if (parameter.type !== 'reference') return malformed(name, `\`${code}\` is not a reference, so it cannot be chained.`);
  if (target !== undefined && !parameter.targets.includes(target)) return modifierError(code, target);
  // Without `:Type`, every target type that knows the parameter is looked at.
  const alternatives: Filter[] = [];
  let first: Result<Filter> | undefined;
  for (const candidate of target === undefined ? parameter.targets : [target]) {
    const inner = parseFilter(parameters, candidate, rest, value, depth + 1);
    if (inner.ok) alternatives.push({ kind: 'chain', type, parameter: code, target: candidate, inner: inner.value });
    else if (!first || (!first.ok && first.error.code === 'search.unknown-parameter')) first = inner;
  }
  if (alternatives.length === 0) return first ?? unknown(rest, type);
  return ok(alternatives.length === 1 ? alternatives[0]! : { kind: 'some', of: alternatives });
}

function parseHas(parameters: SearchParameters, type: string, name: string, value: string, depth: number): Result<Filter> {
  const match = /^_has:([A-Za-z]+):([A-Za-z0-9_-]+):(.+)$/.exec(name);
  if (!match) return malformed(name, 'must have the form `_has:Type:reference:parameter`.');
  const [, referrer, code, rest] = match as unknown as [string, string, string, string];
  if (!parameters.isResourceType(referrer)) return malformed(name, `\`${referrer}\` is not a resource type.`);
  const parameter = parameters.find(referrer, code);
  if (!parameter) return unknown(code, referrer);
  if (parameter.type !== 'reference' || !parameter.targets.includes(type))
    return malformed(name, `\`${referrer}.${code}\` is not a reference to ${type}.`);
  const inner = parseFilter(parameters, referrer, rest, value, depth + 1);
  return inner.ok ? ok({ kind: 'has', type, referrer, parameter: code, inner: inner.value }) : inner;
}
