import type { Result } from '../../base/result.ts';
import type { Match } from '../../records/model.ts';
import type { SearchParam } from '../definitions/search-params.ts';
import type { Node } from '../fhirpath/node.ts';
import type { QueryOptions } from './model.ts';

/** Where the terms of one resource are gathered; `value` is what stands behind the zero character of a term. */
export interface TermSink {
  readonly ownBases: readonly string[];
  token(param: SearchParam, value: string): void;
  edge(param: SearchParam, target: string): void;
}

/** One alternative (between commas) of a search value. */
export interface Alternative {
  /** Holds for every resource of which some element meets `test`. */
  readonly match: Match;
  /** And for no other. */
  readonly exact: boolean;
  /** Whether one element of the resource meets the alternative. */
  readonly test: (node: Node) => boolean;
}

/** A kind of search parameter: how elements become terms, and what a search value asks of terms and of elements. */
export interface ParamType {
  addTerms(param: SearchParam, node: Node, sink: TermSink): void;
  /** `text`: one alternative, its escapes still in it. `modifier` is none of `missing` and `not`, which all types share. */
  alternative(param: SearchParam, modifier: string | undefined, text: string, options: QueryOptions): Result<Alternative>;
}
