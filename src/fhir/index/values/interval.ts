import type { Prefix } from './prefix.ts';

/** A closed interval of numbers: a point for most values, wider for ranges and quantities with a comparator. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** Conversions between units leave noise in the last bits: numbers that differ by less are the same. */
const noise = 1e-11;
const above = (a: number, b: number): boolean => a > b && (b === -Infinity || a - b > Math.abs(b) * noise);
const same = (a: number, b: number): boolean => !above(a, b) && !above(b, a);

/** What a search for `value` (± `half`) asks of an element's interval, per prefix (R4 search §3.1.1.4.5, §3.1.1.4.7). */
export function meetsNumber(prefix: Prefix, value: number, half: number, element: Interval): boolean {
  switch (prefix) {
    case 'eq':
    case 'ne': {
      // The upper end of what is asked for is not part of it: 100.5 is not 100, unless the element is a range that ends there.
      const point = element.low === element.high;
      const below = point ? same(element.high, value) || above(value + half, element.high) : !above(element.high, value + half);
      const within = below && !above(value - half, element.low);
      return within === (prefix === 'eq');
    }
    case 'gt':
      return above(element.high, value);
    case 'ge':
      return !above(value, element.high);
    case 'lt':
      return above(value, element.low);
    case 'le':
      return !above(element.low, value);
    case 'sa':
      return above(element.low, value);
    case 'eb':
      return above(value, element.high);
    case 'ap': {
      const margin = Math.max(half, Math.abs(value) / 10);
      return !above(element.low, value + margin) && !above(value - margin, element.high);
    }
  }
}

/** The interval in which a point must lie to meet the prefix, a little wider than need be; undefined: anywhere (`ne`). */
export function searchedInterval(prefix: Prefix, value: number, half: number): Interval | undefined {
  const margin = Math.abs(value) * 1e-9;
  switch (prefix) {
    case 'eq':
      return { low: value - half - margin, high: value + half + margin };
    case 'ne':
      return undefined;
    case 'gt':
    case 'ge':
    case 'sa':
      return { low: value - margin, high: Infinity };
    case 'lt':
    case 'le':
    case 'eb':
      return { low: -Infinity, high: value + margin };
    case 'ap': {
      const wide = Math.max(half, Math.abs(value) / 10) + margin;
      return { low: value - wide, high: value + wide };
    }
  }
}
