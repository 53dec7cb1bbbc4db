/**
 * Pages of a search whose order the store does not know: all matches are read (bounded), sorted here, and cut. The cursor holds the
 * sort values of the last record given, so that writes between two pages neither repeat nor drop records that stayed as they were.
 */
import { fromBase64Url, fromUtf8, toBase64Url, utf8 } from '../../base/bytes.ts';
import { codedError } from '../../base/errors.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import type { StoredVersion } from '../../records/model.ts';
import type { Compiled } from './compile.ts';
import type { SearchContext } from './context.ts';
import { searchErrors } from './errors.ts';
import { defaultCount, queryOf, type SearchPage } from './page.ts';
import type { SearchRequest, SortKey } from './request.ts';

/** Records that are sorted here at most. */
const maxSorted = 5000;

type SortValue = string | number | null;
interface Sortable {
  readonly values: readonly SortValue[];
  readonly key: string;
}

export async function sortedPage(context: SearchContext, request: SearchRequest, compiled: Compiled): Promise<Result<Omit<SearchPage, 'included'>>> {
  const last = request.cursor === undefined ? undefined : decodeCursor(request.cursor, request.sort.length);
  if (request.cursor !== undefined && !last) return fail(codedError(searchErrors, 'search.cursor'));
  const rows: (Sortable & { readonly record: StoredVersion })[] = [];
  let after: string | undefined;
  do {
    const page = await context.reader.search(queryOf(context, request, compiled, { by: 'stored' }, 500, after, false));
    for (const record of page.records) {
      const document = context.index.open(record);
      if (compiled.check && !compiled.check(document, record)) continue;
      const values = request.sort.map((key) => valueOf(context, document, record, key));
      rows.push({ values, key: `${record.type}/${record.id}`, record });
    }
    after = page.next;
    if (after !== undefined && rows.length >= maxSorted) {
      return fail(codedError(searchErrors, 'search.too-costly', { message: `More than ${maxSorted} records would have to be sorted.` }));
    }
  } while (after !== undefined);
  const order = (a: Sortable, b: Sortable): number => compareSortable(a, b, request.sort);
  rows.sort(order);
  const start = last ? rows.findIndex((row) => order(row, last) > 0) : 0;
  const count = request.count ?? defaultCount;
  const cut = start < 0 ? [] : rows.slice(start, start + count);
  const more = start >= 0 && rows.length > start + count;
  return ok({ matches: cut.map((row) => row.record), next: more ? encodeCursor(cut[cut.length - 1]!) : undefined, total: rows.length });
}

function valueOf(context: SearchContext, document: unknown, record: StoredVersion, key: SortKey): SortValue {
  if (key.parameter === '_lastUpdated') return record.lastUpdated;
  if (key.parameter === '_id') return record.id;
  return context.index.sortValue(document, record.type, key.parameter, key.descending) ?? null;
}

/** Records without a value come last in both directions. */
function compareSortable(a: Sortable, b: Sortable, sort: readonly SortKey[]): number {
  for (let i = 0; i < sort.length; i++) {
    const x = a.values[i] ?? null;
    const y = b.values[i] ?? null;
    if (x === y) continue;
    if (x === null) return 1;
    if (y === null) return -1;
    return x < y === sort[i]!.descending ? 1 : -1;
  }
  return a.key < b.key ? -1 : a.key > b.key ? 1 : 0;
}

const encodeCursor = (row: Sortable): string => toBase64Url(utf8(JSON.stringify([row.key, ...row.values])));

function decodeCursor(text: string, keys: number): Sortable | undefined {
  try {
    const [key, ...values] = JSON.parse(fromUtf8(fromBase64Url(text))) as unknown[];
    if (typeof key !== 'string' || values.length !== keys) return undefined;
    return values.every((value) => value === null || typeof value === 'string' || typeof value === 'number')
      ? { key, values: values as SortValue[] }
      : undefined;
  } catch {
    return undefined;
  }
}
