import { ok, type Result } from '../../../base/result.ts';
import type { SearchParam } from '../../definitions/search-params.ts';
import type { Node } from '../../fhirpath/node.ts';
import { splitUnescaped, unescapeValue } from '../../search/escape.ts';
import { canonicalUnit, ucumSystem } from '../../ucum/units.ts';
import { malformedValue } from '../errors.ts';
import type { Alternative, ParamType, TermSink } from '../param-type.ts';
import { presentValue, term } from '../terms.ts';
import { parseSearchNumber } from '../values/decimal.ts';
import { meetsNumber } from '../values/interval.ts';
import { measuredOf } from '../values/number-element.ts';
import { splitPrefix } from '../values/prefix.ts';
import { numberQueryValues, numberValues } from './number.ts';

/** The mark of terms in a unit: of its dimension when it can be converted, else of the very code. */
function unitMark(system: string, code: string): { readonly mark: string; readonly toBase: (value: number) => number } {
  const canonical = system === ucumSystem ? canonicalUnit(code) : undefined;
  return canonical ? { mark: `u${canonical.dimension}|`, toBase: canonical.toBase } : { mark: `c${system}|${code}|`, toBase: (value) => value };
}

function addTerms(param: SearchParam, node: Node, sink: TermSink): void {
  const measured = measuredOf(node);
  if (!measured) return;
  // Without a unit a search is coarse: the code that it comes with narrows it down.
  for (const value of numberValues('q', measured, ['a', 'b'])) sink.token(param, value);
  const { system, code } = measured.unit;
  if (system === undefined || code === undefined) return;
  const { mark, toBase } = unitMark(system, code);
  for (const value of numberValues(mark, { low: toBase(measured.low), high: toBase(measured.high) }, ['a', 'b', 'c'])) sink.token(param, value);
}

/** `number`, `number|system|code` or `number||code` (code or unit as displayed), with or without prefix (R4 search §3.1.1.4.12). */
function alternative(param: SearchParam, _modifier: string | undefined, text: string): Result<Alternative> {
  const parts = splitUnescaped(text, '|').map(unescapeValue);
  const { prefix, rest } = splitPrefix(parts[0]!);
  const number = parseSearchNumber(rest);
  const [, system = '', code = ''] = parts;
  if (!number || parts.length > 3 || parts.length === 2 || (parts.length === 3 && code === ''))
    return malformedValue(param.code, text, '`number`, `number|system|code` or `number||code`');
  const { value, halfUnit } = number;
  const match = (values: readonly string[] | undefined): Alternative['match'] =>
    values
      ? { kind: 'token', anyOf: values.map((one) => term(param.on, param.code, one)) }
      : param.required
        ? { kind: 'everything' }
        : { kind: 'token', anyOf: [term(param.on, param.code, presentValue)] };

  if (system === '') {
    const test = (node: Node): boolean => {
      const measured = measuredOf(node);
      if (!measured || (code !== '' && measured.unit.code !== code && measured.unit.text !== code)) return false;
      return meetsNumber(prefix, value, halfUnit, measured);
    };
    return ok({ match: match(numberQueryValues('q', prefix, value, halfUnit, 'b')), exact: false, test });
  }

  const { mark, toBase } = unitMark(system, code);
  const base = toBase(value);
  const half = Math.abs(toBase(value + halfUnit) - base);
  const test = (node: Node): boolean => {
    const measured = measuredOf(node);
    if (measured?.unit.system === undefined || measured.unit.code === undefined) return false;
    const own = unitMark(measured.unit.system, measured.unit.code);
    return own.mark === mark && meetsNumber(prefix, base, half, { low: own.toBase(measured.low), high: own.toBase(measured.high) });
  };
  return ok({ match: match(numberQueryValues(mark, prefix, base, half, 'c')), exact: false, test });
}

export const quantityType: ParamType = { addTerms, alternative };
