/** Comparison prefixes of number, date and quantity values (R4 search §3.1.1.4.0). */
export const prefixes = ['eq', 'ne', 'gt', 'lt', 'ge', 'le', 'sa', 'eb', 'ap'] as const;
export type Prefix = (typeof prefixes)[number];

export function splitPrefix(text: string): { readonly prefix: Prefix; readonly rest: string } {
  const head = text.slice(0, 2);
  if ((prefixes as readonly string[]).includes(head)) return { prefix: head as Prefix, rest: text.slice(2) };
  return { prefix: 'eq', rest: text };
}

/** A half-open interval [from, before): what a value with limited precision stands for. Dates in milliseconds since 1970. */
export interface Interval {
  readonly from: number;
  readonly before: number;
}

/**
 * Whether a stored value (an interval too: a date of day precision, a period, a number with its digits) meets `prefix searched`.
 * The rules are those of the R4 page for dates, read as intervals: `eq` when the searched one contains the stored one, `gt`/`lt` when
 * a part of the stored one lies beyond, `sa`/`eb` when all of it does, `ap` when they overlap (the searched one already widened).
 */
export function meets(prefix: Prefix, searched: Interval, stored: Interval): boolean {
  switch (prefix) {
    case 'eq':
      return searched.from <= stored.from && stored.before <= searched.before;
    case 'ne':
      return !(searched.from <= stored.from && stored.before <= searched.before);
    case 'gt':
      return stored.before > searched.before;
    case 'lt':
      return stored.from < searched.from;
    case 'ge':
      return stored.before > searched.before || (searched.from <= stored.from && stored.before <= searched.before);
    case 'le':
      return stored.from < searched.from || (searched.from <= stored.from && stored.before <= searched.before);
    case 'sa':
      return stored.from >= searched.before;
    case 'eb':
      return stored.before <= searched.from;
    case 'ap':
      return stored.from < searched.before && searched.from < stored.before;
  }
}
