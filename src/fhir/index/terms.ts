/**
 * The textual forms of index terms. Extraction writes them, queries ask for them, and both import them from here: the index is blind
 * (keyed hashes of these strings), so a term is either equal or it is not.
 *
 *   token      `<Type>.<param>\0<value>`                 see below for the values of each search parameter type
 *   edge       param `<Type>.<param>`, target `<Type>/<id>`
 *
 * | search type | values |
 * |---|---|
 * | any | `!present` when the element may be absent and is there (`:missing`) |
 * | token | `<code>` (any system), `<system>|<code>`, `|<code>` (no system), `<system>|` ; codes in lower case (R4: not case sensitive) |
 * | string | `^<n>:<first n characters of the normalised text>` for the lengths of `stringPrefixLengths` that fit |
 * | uri | `=<value>`, `/<each parent of the value at a slash>` |
 * | reference | an edge for `Type/id`; `=<url>` for other literals and canonicals; `@<system>|<value>`, `@<value>` for identifiers |
 * | date | `d<bucket>` when start and end share a day, else `l<bucket>` of the start and `h<bucket>` of the last instant |
 * | number | `n<bucket>` |
 * | quantity | `q<bucket>` without unit, `u<canonical unit>|<bucket>` with UCUM or `c<system>|<code>|<bucket>` with another system |
 *
 * Date buckets (UTC): `X201` decade, `Y2015`, `M2015-03`, `D2015-03-12`; number buckets: `values/decimal.ts`.
 */

/** Longest value that a term holds; longer ones are cut at this length on both sides and checked again after decryption. */
export const maxTermLength = 512;

export const termName = (type: string, param: string): string => `${type}.${param}`;

export const term = (type: string, param: string, value: string): string =>
  `${type}.${param}\u0000${value.length > maxTermLength ? value.slice(0, maxTermLength) : value}`;

export const presentValue = '!present';

/** A few lengths only: a query is looked up under the longest that fits and checked again after decryption. */
export const stringPrefixLengths: readonly number[] = [1, 2, 3, 4, 6, 8, 12, 20];
