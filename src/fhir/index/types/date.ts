import { ok, type Result } from '../../../base/result.ts';
import type { Match } from '../../../records/model.ts';
import { parseDateTime } from '../../datatypes/date-time.ts';
import type { SearchParam } from '../../definitions/search-params.ts';
import type { Node } from '../../fhirpath/node.ts';
import { malformedValue } from '../errors.ts';
import type { QueryOptions } from '../model.ts';
import type { Alternative, ParamType, TermSink } from '../param-type.ts';
import { presentValue, term } from '../terms.ts';
import { dateBuckets, dateCover, isDayStart, isResolved, sameDay } from '../values/date-buckets.ts';
import { timeRange, type TimeRange } from '../values/date-element.ts';
import { splitPrefix, type Prefix } from '../values/prefix.ts';

function addTerms(param: SearchParam, node: Node, sink: TermSink): void {
  const range = timeRange(node);
  if (!range) return;
  const last = range.end - 1;
  if (sameDay(range.start, last)) {
    for (const bucket of dateBuckets(last)) sink.token(param, `d${bucket}`);
    return;
  }
  for (const bucket of dateBuckets(range.start)) sink.token(param, `l${bucket}`);
  for (const bucket of dateBuckets(last)) sink.token(param, `h${bucket}`);
}

/** R4 search §3.1.1.4.5 and §3.1.1.4.7: how a stored range meets a searched one. */
function meetsDate(prefix: Prefix, searched: TimeRange, stored: TimeRange): boolean {
  const within = searched.start <= stored.start && stored.end <= searched.end;
  switch (prefix) {
    case 'eq':
      return within;
    case 'ne':
      return !within;
    case 'gt':
      return stored.end > searched.end;
    case 'ge':
      return stored.end > searched.end || within;
    case 'lt':
      return stored.start < searched.start;
    case 'le':
      return stored.start < searched.start || within;
    case 'sa':
      return stored.start >= searched.end;
    case 'eb':
      return stored.end <= searched.start;
    case 'ap':
      return stored.start < searched.end && searched.start < stored.end;
  }
}

const some = (of: readonly Match[]): Match => ({ kind: 'some', of });
const all = (of: readonly Match[]): Match => ({ kind: 'all', of });

interface DateQuery {
  readonly match: Match;
  readonly exact: boolean;
}

/** The condition for `prefix` and a searched range (for `ap`: already widened). */
function dateQueryTerms(param: SearchParam, prefix: Prefix, { start, end }: TimeRange): DateQuery {
  const tokens = (kinds: string, from: number, last: number): Match => {
    const buckets = dateCover(from, last);
    return { kind: 'token', anyOf: [...kinds].flatMap((kind) => buckets.map((bucket) => term(param.on, param.code, kind + bucket))) };
  };
  const startsExactly = isDayStart(start) && isResolved(start);
  const endsExactly = isDayStart(end) && isResolved(end);
  const inside = (): Match => some([tokens('d', start, end - 1), all([tokens('l', start, end - 1), tokens('h', start, end - 1)])]);
  const after = (): Match => tokens('dh', end, Infinity);
  const before = (): Match => tokens('dl', -Infinity, start - 1);
  // Inside a day the last bucket holds what begins later that day too.
  const reachesAfter = (): Match => (endsExactly ? after() : tokens('dh', end - 1, Infinity));
  const reachesBefore = (): Match => (startsExactly ? before() : tokens('dl', -Infinity, start));
  // Lower and upper end come from the same element only when there is just one.
  const insideExactly = startsExactly && endsExactly && param.single;
  switch (prefix) {
    case 'eq':
      return { match: inside(), exact: insideExactly };
    case 'ne':
      return { match: { kind: 'token', anyOf: [term(param.on, param.code, presentValue)] }, exact: false };
    case 'gt':
      return { match: reachesAfter(), exact: endsExactly };
    case 'ge':
      return { match: some([reachesAfter(), inside()]), exact: insideExactly };
    case 'lt':
      return { match: reachesBefore(), exact: startsExactly };
    case 'le':
      return { match: some([reachesBefore(), inside()]), exact: insideExactly };
    case 'sa':
      return { match: endsExactly ? tokens('dl', end, Infinity) : tokens('dl', end - 1, Infinity), exact: endsExactly };
    case 'eb':
      return { match: startsExactly ? tokens('dh', -Infinity, start - 1) : tokens('dh', -Infinity, start), exact: startsExactly };
    case 'ap':
      return { match: some([tokens('d', start, end - 1), all([tokens('l', -Infinity, end - 1), tokens('h', start, Infinity)])]), exact: false };
  }
}

/** `ap`: widened by a tenth of the distance from now, at least by its own width (the tolerance is the server's choice). */
function widen({ start, end }: TimeRange, now: number): TimeRange {
  const margin = Math.max(end - start, Math.round(Math.abs(now - start) / 10));
  return { start: start - margin, end: end + margin };
}

function alternative(param: SearchParam, _modifier: string | undefined, text: string, options: QueryOptions): Result<Alternative> {
  const { prefix, rest } = splitPrefix(text);
  // A `+` of a time zone that a client did not encode arrives as a blank.
  const parsed = parseDateTime(rest.replace(' ', '+'), true);
  if (!parsed) return malformedValue(param.code, text, 'a date, dateTime or instant, with or without prefix');
  const searched: TimeRange = prefix === 'ap' ? widen(parsed, options.now) : parsed;
  const test = (node: Node): boolean => {
    const stored = timeRange(node);
    return stored !== undefined && meetsDate(prefix, searched, stored);
  };
  if (param.code !== '_lastUpdated') return ok({ ...dateQueryTerms(param, prefix, searched), test });
  return ok({ match: updatedMatch(prefix, searched), exact: true, test });
}

/** `_lastUpdated` has no terms: the records layer knows the time of every version. */
function updatedMatch(prefix: Prefix, { start, end }: TimeRange): Match {
  switch (prefix) {
    case 'eq':
    case 'ap':
      return { kind: 'updated', from: start, before: end };
    case 'ne':
      return { kind: 'not', of: { kind: 'updated', from: start, before: end } };
    case 'gt':
    case 'sa':
      return { kind: 'updated', from: end };
    case 'ge':
      return { kind: 'updated', from: start };
    case 'lt':
    case 'eb':
      return { kind: 'updated', before: start };
    case 'le':
      return { kind: 'updated', before: end };
  }
}

export const dateType: ParamType = { addTerms, alternative };
