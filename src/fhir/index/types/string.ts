import { ok, type Result } from '../../../base/result.ts';
import type { Match } from '../../../records/model.ts';
import type { SearchParam } from '../../definitions/search-params.ts';
import type { Node } from '../../fhirpath/node.ts';
import { unescapeValue } from '../../search/escape.ts';
import { unsupportedModifier } from '../errors.ts';
import type { Alternative, ParamType, TermSink } from '../param-type.ts';
import { presentValue, stringPrefixLengths, term } from '../terms.ts';
import { stringsOf } from '../values/string-element.ts';
import { normalise, prefixOf } from '../values/text.ts';

const prefixValue = (text: string, length: number): string => `^${length}:${prefixOf(text, length)}`;

function addTerms(param: SearchParam, node: Node, sink: TermSink): void {
  for (const text of stringsOf(node)) {
    const normal = normalise(text);
    for (const length of stringPrefixLengths) {
      if (length > normal.length) break;
      sink.token(param, prefixValue(normal, length));
    }
  }
}

/** `:contains` has no terms of its own: it is looked up in the decrypted resources that have the element at all. */
function alternative(param: SearchParam, modifier: string | undefined, text: string): Result<Alternative> {
  const raw = unescapeValue(text);
  const normal = normalise(raw);
  const test = (accepts: (text: string) => boolean) => (node: Node) => stringsOf(node).some(accepts);
  const length = stringPrefixLengths.findLast((one) => one <= normal.length);
  const present: Match = param.required ? { kind: 'everything' } : { kind: 'token', anyOf: [term(param.on, param.code, presentValue)] };
  const prefix: Match = length === undefined ? present : { kind: 'token', anyOf: [term(param.on, param.code, prefixValue(normal, length))] };
  switch (modifier) {
    case undefined:
      return ok({ match: prefix, exact: length === normal.length, test: test((one) => normalise(one).startsWith(normal)) });
    case 'exact':
      return ok({ match: prefix, exact: false, test: test((one) => one === raw) });
    case 'contains':
      return ok({ match: present, exact: false, test: test((one) => normalise(one).includes(normal)) });
    default:
      return unsupportedModifier(param.code, modifier);
  }
}

export const stringType: ParamType = { addTerms, alternative };
