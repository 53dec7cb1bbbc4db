/** Search values as conditions over the blind index, and as predicates on decrypted resources. */
import { codedError } from '../../base/errors.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import type { Match } from '../../records/model.ts';
import { searchParam, type SearchParam } from '../definitions/search-params.ts';
import { splitUnescaped } from '../search/escape.ts';
import { elementsOf, type Opened } from './elements.ts';
import { indexErrors, malformedValue, unsupportedModifier } from './errors.ts';
import type { ParamQuery, QueryOptions } from './model.ts';
import type { Alternative } from './param-type.ts';
import { presentValue, term } from './terms.ts';
import { typeOf } from './types/all.ts';

export interface CompiledQuery extends ParamQuery {
  /** Whether the resource meets the search value: the whole truth, of which `match` may be an approximation from above. */
  readonly matches: (opened: Opened) => boolean;
}

const some = (of: readonly Match[]): Match => {
  if (of.length === 1) return of[0]!;
  // Many equalities are one.
  if (of.every((match) => match.kind === 'token')) return { kind: 'token', anyOf: of.flatMap((match) => match.anyOf) };
  if (of.every((match) => match.kind === 'ids')) return { kind: 'ids', ids: of.flatMap((match) => match.ids) };
  return { kind: 'some', of };
};

function missing(param: SearchParam, text: string): Result<CompiledQuery> {
  if (text !== 'true' && text !== 'false') return malformedValue(param.code, text, '`true` or `false`');
  const wanted = text === 'true';
  const matches = (opened: Opened): boolean => (elementsOf(opened, param).length === 0) === wanted;
  if (param.required || param.code === '_id' || param.code === '_lastUpdated')
    return ok({ match: wanted ? { kind: 'ids', ids: [] } : { kind: 'everything' }, exact: true, matches });
  if (param.alias) {
    // `patient` has no term of its own: it is there at most where `subject` is.
    const present: Match = { kind: 'token', anyOf: [term(param.on, param.alias[0], presentValue)] };
    const whole: Match = { kind: 'everything' };
    return ok({ match: wanted || searchParam(param.on, param.alias[0])!.required ? whole : present, exact: false, matches });
  }
  const present = some((param.union ?? [param.code]).map((code): Match => ({ kind: 'token', anyOf: [term(param.on, code, presentValue)] })));
  return ok({ match: wanted ? { kind: 'not', of: present } : present, exact: true, matches });
}

/** All alternatives of `text` for one parameter, or for each of those that it unites (`combo-code`). */
function alternatives(param: SearchParam, modifier: string | undefined, text: string, options: QueryOptions): Result<readonly Alternative[]> {
  const parts = param.union ? param.union.map((code) => searchParam(param.on, code)!) : [param];
  const found: Alternative[] = [];
  for (const value of splitUnescaped(text, ',')) {
    if (value === '') return malformedValue(param.code, text, 'a list of values');
    for (const part of parts) {
      const alternative = typeOf(part)!.alternative(part, modifier, value, options);
      if (!alternative.ok) return alternative;
      found.push(alternative.value);
    }
  }
  return ok(found);
}

/**
 * Compiles one search value of a parameter. `text` holds the alternatives, parted by commas, escapes still in it; `modifier` is the
 * name after the colon. Errors: `index.unsupported-parameter`, `index.unsupported-modifier`, `index.malformed-value`.
 */
export function compileQuery(type: string, code: string, modifier: string | undefined, text: string, options: QueryOptions): Result<CompiledQuery> {
  const param = searchParam(type, code);
  if (!param || !typeOf(param)) {
    return fail(
      codedError(indexErrors, 'index.unsupported-parameter', {
        message: `\`${code}\` is not a supported search parameter of ${type}.`,
        data: { parameter: code },
      }),
    );
  }
  if (modifier === 'missing') return missing(param, text);
  const negated = modifier === 'not';
  if (negated && param.type !== 'token') return unsupportedModifier(code, 'not');
  const found = alternatives(param, negated ? undefined : modifier, text, options);
  if (!found.ok) return found;
  const match = some(found.value.map((alternative) => alternative.match));
  const exact = found.value.every((alternative) => alternative.exact);
  const tests = found.value.map((alternative) => alternative.test);
  const matches = (opened: Opened): boolean => elementsOf(opened, param).some((node) => tests.some((test) => test(node)));
  if (!negated) return ok({ match, exact, matches });
  // The opposite of an approximation from above says nothing.
  return ok({ match: exact ? { kind: 'not', of: match } : { kind: 'everything' }, exact, matches: (opened) => !matches(opened) });
}
