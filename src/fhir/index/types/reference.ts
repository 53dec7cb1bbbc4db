import { ok, type Result } from '../../../base/result.ts';
import type { Match } from '../../../records/model.ts';
import { parseReference } from '../../datatypes/reference.ts';
import { definitions } from '../../definitions/definitions.ts';
import type { SearchParam } from '../../definitions/search-params.ts';
import { Node } from '../../fhirpath/node.ts';
import { splitUnescaped, unescapeValue } from '../../search/escape.ts';
import { malformedValue, unsupportedModifier } from '../errors.ts';
import type { QueryOptions } from '../model.ts';
import type { Alternative, ParamType, TermSink } from '../param-type.ts';
import { maxTermLength, term, termName } from '../terms.ts';
import { canonicalForms, targetOf } from '../values/reference-element.ts';
import { tokensOf } from '../values/token-element.ts';

const idPattern = /^[A-Za-z0-9\-.]{1,64}$/;

const identifierOf = (node: Node): unknown => (node.value as { identifier?: unknown } | undefined)?.identifier;

function addTerms(param: SearchParam, node: Node, sink: TermSink): void {
  const target = targetOf(node, sink.ownBases);
  if (target?.kind === 'record') sink.edge(param, `${target.type}/${target.id}`);
  else if (target) for (const url of canonicalForms(target.url)) sink.token(param, `=${url}`);
  if (node.type === 'Reference' && identifierOf(node) !== undefined) {
    for (const { system, code } of tokensOf(new Node(identifierOf(node), 'Identifier'))) {
      if (code === '') continue;
      sink.token(param, `@${code.toLowerCase()}`);
      sink.token(param, `@${system ?? ''}|${code.toLowerCase()}`);
    }
  }
}

/** Types that a bare id may be of. */
const targetTypes = (param: SearchParam): readonly string[] => param.targets ?? definitions.resourceTypes;

function alternative(param: SearchParam, modifier: string | undefined, text: string, options: QueryOptions): Result<Alternative> {
  const value = unescapeValue(text);
  if (modifier === 'identifier') return ok(byIdentifier(param, text));
  if (modifier !== undefined && !targetTypes(param).includes(modifier)) return unsupportedModifier(param.code, modifier);
  const bases = options.ownBases ?? [];
  const parsed = parseReference(value);
  if (parsed.kind === 'literal' && (parsed.base === undefined || bases.includes(parsed.base))) {
    if (modifier !== undefined && modifier !== parsed.type) return malformedValue(param.code, text, `a reference to ${modifier}`);
    return ok(byRecord(param, [`${parsed.type}/${parsed.id}`], bases));
  }
  if (idPattern.test(value))
    return ok(
      byRecord(
        param,
        (modifier === undefined ? targetTypes(param) : [modifier]).map((type) => `${type}/${value}`),
        bases,
      ),
    );
  if (parsed.kind === 'contained' || modifier !== undefined || !/^[a-z][a-z0-9+.-]*:/i.test(value))
    return malformedValue(param.code, text, 'an id, `Type/id` or a URL');
  const test = (node: Node): boolean => {
    const target = targetOf(node, bases);
    return target?.kind === 'url' && canonicalForms(target.url).includes(value);
  };
  return ok({ match: { kind: 'token', anyOf: [term(param.on, param.code, `=${value}`)] }, exact: value.length < maxTermLength, test });
}

function byRecord(param: SearchParam, targets: readonly string[], bases: readonly string[]): Alternative {
  const match: Match = { kind: 'refers', param: termName(param.on, param.code), anyOf: targets };
  return {
    match,
    exact: true,
    test: (node) => {
      const target = targetOf(node, bases);
      return target?.kind === 'record' && targets.includes(`${target.type}/${target.id}`);
    },
  };
}

/** `:identifier=system|value`: the logical reference, whether or not there is a literal one. */
function byIdentifier(param: SearchParam, text: string): Alternative {
  const parts = splitUnescaped(text, '|').map((part) => unescapeValue(part));
  const [system, code] = parts.length === 1 ? [undefined, parts[0]!.toLowerCase()] : [parts[0]!, parts.slice(1).join('|').toLowerCase()];
  const value = system === undefined ? `@${code}` : `@${system}|${code}`;
  return {
    match: { kind: 'token', anyOf: [term(param.on, param.code, value)] },
    exact: false,
    test: (node) =>
      node.type === 'Reference' &&
      tokensOf(new Node(identifierOf(node), 'Identifier')).some(
        (token) => token.code.toLowerCase() === code && (system === undefined || (token.system ?? '') === system),
      ),
  };
}

export const referenceType: ParamType = { addTerms, alternative };
