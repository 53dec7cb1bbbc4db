import { parseDateTime } from '../../datatypes/date-time.ts';
import type { Node } from '../../fhirpath/node.ts';

/** A half-open range of milliseconds since 1970; infinite ends for periods that are open. */
export interface TimeRange {
  readonly start: number;
  readonly end: number;
}

const parse = (value: unknown): TimeRange | undefined => (typeof value === 'string' ? parseDateTime(value) : undefined);

function period(value: unknown): TimeRange | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { start, end } = value as { start?: unknown; end?: unknown };
  const [from, to] = [parse(start), parse(end)];
  if (!from && !to) return undefined;
  const range = { start: from?.start ?? -Infinity, end: to?.end ?? Infinity };
  // An end before the start is invalid, but must not make a range that nothing can find.
  return range.start < range.end ? range : { start: range.start, end: range.start + 1 };
}

/** Of a Timing: the bounds of its repetition, else from its first to its last event. */
function timing(value: unknown): TimeRange | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { event, repeat } = value as { event?: unknown; repeat?: { boundsPeriod?: unknown } };
  const bounds = period(repeat?.boundsPeriod);
  if (bounds) return bounds;
  const events = Array.isArray(event) ? event.map(parse).filter((range) => range !== undefined) : [];
  return events.length === 0
    ? undefined
    : { start: Math.min(...events.map((range) => range.start)), end: Math.max(...events.map((range) => range.end)) };
}

export function timeRange(node: Node): TimeRange | undefined {
  if (node.type === 'Period') return period(node.value);
  if (node.type === 'Timing') return timing(node.value);
  return parse(node.value);
}
