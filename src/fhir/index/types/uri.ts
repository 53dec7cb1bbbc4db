import { ok, type Result } from '../../../base/result.ts';
import type { Match } from '../../../records/model.ts';
import type { SearchParam } from '../../definitions/search-params.ts';
import type { Node } from '../../fhirpath/node.ts';
import { unescapeValue } from '../../search/escape.ts';
import { unsupportedModifier } from '../errors.ts';
import type { Alternative, ParamType, TermSink } from '../param-type.ts';
import { maxTermLength, term } from '../terms.ts';

/** Parents of a URL that get a term each; `:below` a deeper one falls back on the deepest of these. */
const maxParents = 8;

/** `http://a/b/c` → `http://a`, `http://a/b`, `http://a/b/c`. URNs have no hierarchy (R4 search §3.1.1.4.13). */
function parents(url: string): string[] {
  if (url.startsWith('urn:')) return [url];
  const scheme = url.indexOf('://');
  const found: string[] = [];
  for (let at = url.indexOf('/', scheme < 0 ? 1 : scheme + 3); at >= 0; at = url.indexOf('/', at + 1)) found.push(url.slice(0, at));
  found.push(url);
  return found.filter((one, i) => one !== '' && found.indexOf(one) === i);
}

const trimSlash = (url: string): string => (url.endsWith('/') ? url.slice(0, -1) : url);

function addTerms(param: SearchParam, node: Node, sink: TermSink): void {
  if (typeof node.value !== 'string') return;
  sink.token(param, `=${node.value}`);
  for (const parent of parents(trimSlash(node.value)).slice(0, maxParents)) sink.token(param, `/${parent}`);
}

function alternative(param: SearchParam, modifier: string | undefined, text: string): Result<Alternative> {
  const url = unescapeValue(text);
  const terms = (values: readonly string[]): Match => ({ kind: 'token', anyOf: values.map((value) => term(param.on, param.code, value)) });
  const test = (accepts: (value: string) => boolean) => (node: Node) => typeof node.value === 'string' && accepts(node.value);
  switch (modifier) {
    case undefined:
      return ok({ match: terms([`=${url}`]), exact: url.length < maxTermLength, test: test((value) => value === url) });
    case 'below': {
      const above = trimSlash(url);
      const chain = parents(above);
      const known = chain.slice(0, maxParents).at(-1) ?? '';
      return ok({
        match: terms([`/${known}`]),
        exact: known === above && known.length < maxTermLength,
        test: test((value) => trimSlash(value) === above || (!above.startsWith('urn:') && value.startsWith(`${above}/`))),
      });
    }
    case 'above': {
      const chain = [...new Set([...parents(trimSlash(url)), url])];
      const all = [...chain, ...chain.map((one) => `${one}/`)];
      return ok({ match: terms(all.map((one) => `=${one}`)), exact: url.length < maxTermLength, test: test((value) => all.includes(value)) });
    }
    default:
      return unsupportedModifier(param.code, modifier);
  }
}

export const uriType: ParamType = { addTerms, alternative };
