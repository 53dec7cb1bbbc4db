/** A parsed search: what was asked, independent of how it is answered. */
import type { Prefix } from '../index/values/prefix.ts';
import type { Interval } from './date-value.ts';
import type { QueryParameter } from './query-string.ts';

export type Filter =
  | { readonly kind: 'ids'; readonly ids: readonly string[] }
  | { readonly kind: 'updated'; readonly anyOf: readonly { readonly prefix: Prefix; readonly interval: Interval }[] }
  /** `parameter:modifier=text`; the text may hold several alternatives and keeps its escapes. */
  | { readonly kind: 'values'; readonly type: string; readonly parameter: string; readonly modifier: string | undefined; readonly text: string }
  /** The reference `parameter` of `type` leads to a `target` for which `inner` holds. */
  | { readonly kind: 'chain'; readonly type: string; readonly parameter: string; readonly target: string; readonly inner: Filter }
  /** A record of `referrer` for which `inner` holds refers to the record (of `type`) by `parameter`. */
  | { readonly kind: 'has'; readonly type: string; readonly referrer: string; readonly parameter: string; readonly inner: Filter }
  | { readonly kind: 'some'; readonly of: readonly Filter[] };

/** `_include` and `_revinclude`. */
export interface Inclusion {
  readonly reverse: boolean;
  /** The type that holds the reference. */
  readonly source: string;
  readonly parameter: string;
  /** Type referred to; undefined: any that the parameter allows. */
  readonly target: string | undefined;
  readonly iterate: boolean;
}

export interface SortKey {
  readonly parameter: string;
  readonly descending: boolean;
}

export type Summary = 'true' | 'text' | 'data' | 'count' | 'false';
export type Total = 'none' | 'estimate' | 'accurate';

export interface SearchRequest {
  readonly types: readonly string[];
  /** All must hold. */
  readonly filters: readonly Filter[];
  readonly inclusions: readonly Inclusion[];
  readonly sort: readonly SortKey[];
  /** Records a page; undefined: the server's default. */
  readonly count: number | undefined;
  readonly total: Total | undefined;
  readonly summary: Summary;
  readonly elements: readonly string[];
  readonly cursor: string | undefined;
  /** What was understood, for the links of the answer (without the cursor). */
  readonly applied: readonly QueryParameter[];
  /** Names that were ignored under lenient handling. */
  readonly ignored: readonly string[];
}
