import { ok, type Result } from '../../../base/result.ts';
import type { Match } from '../../../records/model.ts';
import { definitions } from '../../definitions/definitions.ts';
import type { SearchParam } from '../../definitions/search-params.ts';
import type { Node } from '../../fhirpath/node.ts';
import { splitUnescaped, unescapeValue } from '../../search/escape.ts';
import { malformedValue, unsupportedModifier } from '../errors.ts';
import type { QueryOptions } from '../model.ts';
import type { Alternative, ParamType, TermSink } from '../param-type.ts';
import { maxTermLength, presentValue, term } from '../terms.ts';
import { normalise } from '../values/text.ts';
import { isPlainCode, textsOf, tokensOf } from '../values/token-element.ts';

/** Codes in one case (R4: tokens are not case sensitive); what would look like another form of term is told apart. */
const fold = (code: string): string => {
  const lower = code.toLowerCase().replaceAll('|', '\u0001');
  return lower.startsWith('!') ? `\u0001${lower}` : lower;
};
const foldSystem = (system: string): string => system.replaceAll('|', '\u0001');

const plainOnly = (param: SearchParam): boolean => param.elements?.every(isPlainCode) === true;

function addTerms(param: SearchParam, node: Node, sink: TermSink): void {
  const plain = plainOnly(param);
  for (const { system, code } of tokensOf(node)) {
    const folded = fold(code);
    if (code !== '') sink.token(param, folded);
    if (system !== undefined) {
      const start = `${foldSystem(system)}|`;
      sink.token(param, start);
      if (code !== '') sink.token(param, start + folded);
    } else if (!plain && code !== '') sink.token(param, `|${folded}`);
  }
}

const tokenMatch = (param: SearchParam, value: string): Match => ({ kind: 'token', anyOf: [term(param.on, param.code, value)] });
const fits = (value: string): boolean => value.length <= maxTermLength;

/** Systems that the binding of `code` elements implies. */
const impliedSystems = (param: SearchParam): readonly string[] | undefined =>
  param.binding === undefined ? undefined : definitions.binding(param.binding).systems;

function alternative(param: SearchParam, modifier: string | undefined, text: string, options: QueryOptions): Result<Alternative> {
  if (param.code === '_id') return identity(param, modifier, text);
  if (modifier === 'text') return textAlternative(param, text);
  if (modifier === 'of-type') return ofType(param, text);
  if (modifier !== undefined) return unsupportedModifier(param.code, modifier);
  const parts = splitUnescaped(text, '|').map(unescapeValue);
  if (parts.length > 2 || parts.every((part) => part === '')) return malformedValue(param.code, text, '`code`, `system|code`, `|code` or `system|`');
  return ok(parts.length === 1 ? anySystem(param, parts[0]!) : inSystem(param, parts[0]!, parts[1]!, options));
}

function anySystem(param: SearchParam, code: string): Alternative {
  const folded = fold(code);
  return {
    match: tokenMatch(param, folded),
    exact: fits(folded),
    test: (node) => tokensOf(node).some((token) => token.code !== '' && fold(token.code) === folded),
  };
}

function inSystem(param: SearchParam, system: string, code: string, _options: QueryOptions): Alternative {
  const folded = fold(code);
  const implied = param.codeOnly ? impliedSystems(param) : undefined;
  if (implied && system !== '') {
    // The system of a `code` element is the one of its binding, written or not.
    const known = implied.includes(system);
    const match: Match = !known ? { kind: 'ids', ids: [] } : code === '' ? { kind: 'everything' } : tokenMatch(param, folded);
    return {
      match,
      exact: !known || code !== '',
      test: (node) => known && tokensOf(node).some((token) => code === '' || fold(token.code) === folded),
    };
  }
  const test = (node: Node): boolean =>
    tokensOf(node).some((token) => (token.system ?? '') === system && (code === '' || (token.code !== '' && fold(token.code) === folded)));
  const value = system === '' ? (plainOnly(param) ? folded : `|${folded}`) : `${foldSystem(system)}|${folded}`;
  return { match: tokenMatch(param, value), exact: fits(value), test };
}

/** `_id` has no terms: the records layer knows ids. */
function identity(param: SearchParam, modifier: string | undefined, text: string): Result<Alternative> {
  if (modifier !== undefined) return unsupportedModifier(param.code, modifier);
  const id = unescapeValue(text);
  if (!/^[A-Za-z0-9\-.]{1,64}$/.test(id)) return malformedValue(param.code, text, 'an id');
  return ok({ match: { kind: 'ids', ids: [id] }, exact: true, test: (node) => node.value === id });
}

/** `:text` is looked up in the decrypted resources that have the element at all. */
function textAlternative(param: SearchParam, text: string): Result<Alternative> {
  const wanted = normalise(unescapeValue(text));
  const match: Match = param.required ? { kind: 'everything' } : tokenMatch(param, presentValue);
  return ok({ match, exact: false, test: (node) => textsOf(node).some((one) => normalise(one).includes(wanted)) });
}

/** `identifier:of-type=system|code|value`. */
function ofType(param: SearchParam, text: string): Result<Alternative> {
  if (!param.elements?.includes('Identifier')) return unsupportedModifier(param.code, 'of-type');
  const [system, code, value, more] = splitUnescaped(text, '|').map(unescapeValue);
  if (!system || !code || !value || more !== undefined) return malformedValue(param.code, text, '`system|code|value`');
  const test = (node: Node): boolean => {
    const identifier = node.value as { value?: unknown; type?: { coding?: { system?: unknown; code?: unknown }[] } } | undefined;
    return (
      typeof identifier?.value === 'string' &&
      fold(identifier.value) === fold(value) &&
      identifier.type?.coding?.some((coding) => coding.system === system && typeof coding.code === 'string' && fold(coding.code) === fold(code)) ===
        true
    );
  };
  return ok({ match: tokenMatch(param, fold(value)), exact: false, test });
}

export const tokenType: ParamType = { addTerms, alternative };
