import type { RecordKey, StoredVersion } from '../../records/model.ts';
import { termName } from '../index/terms.ts';
import type { SearchContext } from './context.ts';
import type { Inclusion } from './request.ts';

const MAX_ROUNDS = 4;
/** Included records of one page; what is beyond is left out (the page itself stays whole). */
const maxIncluded = 2000;

const keyOf = (record: RecordKey): string => `${record.type}/${record.id}`;

/**
 * `_include` and `_revinclude` of a page, each record once and never one that matched. `:iterate` goes on from what was included, for a
 * bounded number of rounds (R4 search §3.1.1.5.5).
 */
export async function resolveInclusions(
  context: SearchContext,
  matches: readonly StoredVersion[],
  inclusions: readonly Inclusion[],
): Promise<readonly StoredVersion[]> {
  const seen = new Set(matches.map(keyOf));
  const included: StoredVersion[] = [];
  let fresh: readonly StoredVersion[] = matches;
  for (let round = 0; round < MAX_ROUNDS && fresh.length > 0; round++) {
    const active = round === 0 ? inclusions : inclusions.filter((inclusion) => inclusion.iterate);
    if (active.length === 0) break;
    const found = await Promise.all(active.map((inclusion) => resolveOne(context, fresh, inclusion)));
    const next: StoredVersion[] = [];
    for (const record of found.flat()) {
      const key = keyOf(record);
      if (seen.has(key)) continue;
      if (included.length >= maxIncluded) return included;
      seen.add(key);
      included.push(record);
      next.push(record);
    }
    fresh = next;
  }
  return included;
}

function resolveOne(context: SearchContext, from: readonly StoredVersion[], inclusion: Inclusion): Promise<readonly StoredVersion[]> {
  const param = termName(inclusion.source, inclusion.parameter);
  if (inclusion.reverse) {
    const targets = context.index.parameters.find(inclusion.source, inclusion.parameter)?.targets ?? [];
    const to = from.filter((record) => targets.includes(record.type) && (inclusion.target === undefined || record.type === inclusion.target));
    return to.length === 0 ? Promise.resolve([]) : context.reader.including(context.space, to, inclusion.source, param, context.visibility);
  }
  const sources = from.filter((record) => record.type === inclusion.source);
  if (sources.length === 0) return Promise.resolve([]);
  return context.reader.included(context.space, sources, param, inclusion.target === undefined ? [] : [inclusion.target], context.visibility);
}
