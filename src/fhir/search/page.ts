import type { Order, Query, StoredVersion } from '../../records/model.ts';
import type { Compiled } from './compile.ts';
import type { SearchContext } from './context.ts';
import type { SearchRequest } from './request.ts';

/** Records a page when `_count` is not given. */
export const defaultCount = 50;

export interface SearchPage {
  readonly matches: readonly StoredVersion[];
  readonly included: readonly StoredVersion[];
  readonly next: string | undefined;
  readonly total: number | undefined;
}

export const queryOf = (
  context: SearchContext,
  request: SearchRequest,
  compiled: Compiled,
  order: Order,
  limit: number,
  after: string | undefined,
  withTotal: boolean,
): Query => ({
  space: context.space,
  types: request.types,
  where: compiled.match,
  visibility: context.visibility,
  order,
  limit,
  ...(after === undefined ? {} : { after }),
  pagedAs: JSON.stringify(request.filters),
  withTotal,
});
