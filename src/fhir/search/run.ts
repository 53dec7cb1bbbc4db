import { codedError } from '../../base/errors.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import type { Order, StoredVersion } from '../../records/model.ts';
import { compileAll, type Compiled } from './compile.ts';
import type { SearchContext } from './context.ts';
import { searchErrors } from './errors.ts';
import { resolveInclusions } from './inclusions.ts';
import { defaultCount, queryOf, type SearchPage } from './page.ts';
import type { SearchRequest } from './request.ts';
import { sortedPage } from './sorted-page.ts';

/** Records looked into to fill a page; then a shorter page with a next link is given. */
const MAX_CANDIDATES = 10_000;
const MAX_BATCH = 500;
/** After this many the index is asked everything: few match. */
const LIGHT_CANDIDATES = 400;
/** Records that are decrypted to count exactly what the index cannot count. */
const MAX_COUNTED = 10_000;

export async function runSearch(context: SearchContext, request: SearchRequest): Promise<Result<SearchPage>> {
  const compiled = await compileAll(context, request.filters);
  if (!compiled.ok) return compiled;
  if (request.summary === 'count' || request.count === 0) {
    const total = await countAll(context, request, compiled.value);
    return total.ok ? ok({ matches: [], included: [], next: undefined, total: total.value }) : total;
  }
  const order = storedOrder(context, request);
  const page = order ? await fillPage(context, request, compiled.value, order) : await sortedPage(context, request, compiled.value);
  if (!page.ok) return page;
  let total = page.value.total;
  if (request.total === 'accurate' && total === undefined) {
    const counted = await countAll(context, request, compiled.value);
    if (!counted.ok) return counted;
    total = counted.value;
  }
  const included = request.inclusions.length === 0 ? [] : await resolveInclusions(context, page.value.matches, request.inclusions);
  return ok({ matches: page.value.matches, included, next: page.value.next, total });
}

/** The order that the store itself knows, or undefined when the answer has to be sorted here. */
function storedOrder(context: SearchContext, request: SearchRequest): Order | undefined {
  const [key, ...more] = request.sort;
  if (!key) return { by: 'stored' };
  if (more.length > 0) return undefined;
  if (key.parameter === '_lastUpdated') return { by: 'updated', descending: key.descending };
  if (request.types.every((type) => context.index.dateParameter(type) === key.parameter)) return { by: 'date', descending: key.descending };
  return undefined;
}

async function fillPage(
  context: SearchContext,
  request: SearchRequest,
  compiled: Compiled,
  order: Order,
): Promise<Result<Omit<SearchPage, 'included'>>> {
  const count = request.count ?? defaultCount;
  const wantsTotal = request.total === 'estimate' || (request.total === 'accurate' && !compiled.check);
  // Sorting by date opens the dates of all candidates: there the index should leave as few as it can. A total is the index's, too.
  const light = order.by === 'date' || wantsTotal ? undefined : compiled.light;
  const matches: StoredVersion[] = [];
  let after = request.cursor;
  let total: number | undefined;
  for (let looked = 0; ;) {
    const { match, check } = light && looked < LIGHT_CANDIDATES ? light : compiled;
    const limit = check ? batchSize(count - matches.length, matches.length, looked) : count - matches.length;
    const page = await context.reader.search(queryOf(context, request, { match, check }, order, limit, after, wantsTotal && looked === 0));
    total ??= page.total;
    after = page.next;
    for (const [index, record] of page.records.entries()) {
      if (check && !check(context.index.open(record), record)) continue;
      matches.push(record);
      if (matches.length < count) continue;
      if (index + 1 < page.records.length) after = page.after!(index);
      break;
    }
    looked += limit;
    if (after === undefined || matches.length >= count || (matches.length > 0 && looked >= MAX_CANDIDATES)) break;
  }
  // A first page that is also the last has counted everything already.
  if (after === undefined && request.cursor === undefined) total = matches.length;
  return ok({ matches, next: after, total });
}

/** As many candidates as will fill the page if the share of those that matched so far goes on. */
function batchSize(wanted: number, matched: number, looked: number): number {
  const share = looked === 0 ? 1 : Math.max(matched / looked, 0.02);
  return Math.min(Math.max(Math.ceil((wanted / share) * 1.1), 10), MAX_BATCH);
}

async function countAll(context: SearchContext, request: SearchRequest, compiled: Compiled): Promise<Result<number>> {
  const order: Order = { by: 'stored' };
  if (!compiled.check) {
    const page = await context.reader.search(queryOf(context, request, compiled, order, 1, undefined, true));
    return ok(page.total ?? page.records.length);
  }
  let total = 0;
  let seen = 0;
  let after: string | undefined;
  do {
    const page = await context.reader.search(queryOf(context, request, compiled, order, 500, after, false));
    for (const record of page.records) if (compiled.check(context.index.open(record), record)) total++;
    seen += page.records.length;
    after = page.next;
    if (after !== undefined && seen >= MAX_COUNTED) {
      return fail(
        codedError(searchErrors, 'search.too-costly', {
          message: `Counting exactly would decrypt more than ${MAX_COUNTED} records.`,
          hint: 'Ask for `_total=estimate`, or narrow the search.',
        }),
      );
    }
  } while (after !== undefined);
  return ok(total);
}
