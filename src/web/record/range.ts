import type { TimelineItem } from '../../contract/portal.ts';

export type RangeState = 'within' | 'above' | 'below';

/** Where a number stands in its reference range; undefined without a number or a range. */
export function rangeState(value: TimelineItem['value']): RangeState | undefined {
  if (value?.number === undefined || (value.low === undefined && value.high === undefined)) return undefined;
  if (value.high !== undefined && value.number > value.high) return 'above';
  if (value.low !== undefined && value.number < value.low) return 'below';
  return 'within';
}
