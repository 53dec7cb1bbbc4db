import { ok, type Result } from '../../../base/result.ts';
import type { SearchParam } from '../../definitions/search-params.ts';
import type { Node } from '../../fhirpath/node.ts';
import { unescapeValue } from '../../search/escape.ts';
import { malformedValue } from '../errors.ts';
import type { Alternative, ParamType, TermSink } from '../param-type.ts';
import { presentValue, term } from '../terms.ts';
import { numberBucket, numberCover, numberKey, parseSearchNumber, type BucketLevel } from '../values/decimal.ts';
import { meetsNumber, searchedInterval, type Interval } from '../values/interval.ts';
import { measuredOf } from '../values/number-element.ts';
import { splitPrefix, type Prefix } from '../values/prefix.ts';

/** Stands for an element that is no single point: every query looks at those, and checks. */
const wide = '~';

/** Values of the terms of a point or wider interval, after a leading mark. */
export function numberValues(mark: string, interval: Interval, levels: readonly BucketLevel[]): string[] {
  if (interval.low !== interval.high) return [mark + wide];
  const key = numberKey(interval.low);
  return levels.map((level) => mark + numberBucket(level, key));
}

/** Values of terms of which every element that meets the query has one; undefined: any element may. */
export function numberQueryValues(mark: string, prefix: Prefix, value: number, half: number, finest: BucketLevel): string[] | undefined {
  const searched = searchedInterval(prefix, value, half);
  return searched && [mark + wide, ...numberCover(searched.low, searched.high, finest).map((bucket) => mark + bucket)];
}

function addTerms(param: SearchParam, node: Node, sink: TermSink): void {
  const measured = measuredOf(node);
  if (measured) for (const value of numberValues('n', measured, ['a', 'b', 'c'])) sink.token(param, value);
}

function alternative(param: SearchParam, _modifier: string | undefined, text: string): Result<Alternative> {
  const { prefix, rest } = splitPrefix(unescapeValue(text));
  const number = parseSearchNumber(rest);
  if (!number) return malformedValue(param.code, text, 'a number, with or without prefix');
  const values = numberQueryValues('n', prefix, number.value, number.halfUnit, 'c') ?? [presentValue];
  return ok({
    match:
      param.required && values[0] === presentValue
        ? { kind: 'everything' }
        : { kind: 'token', anyOf: values.map((value) => term(param.on, param.code, value)) },
    exact: false,
    test: (node) => {
      const measured = measuredOf(node);
      return measured !== undefined && meetsNumber(prefix, number.value, number.halfUnit, measured);
    },
  });
}

export const numberType: ParamType = { addTerms, alternative };
