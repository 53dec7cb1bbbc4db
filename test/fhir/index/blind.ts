/** The blind index in memory: equality of terms, nothing else. */
import type { Match } from '../../../src/records/model.ts';
import { unwrap } from '../../../src/base/result.ts';
import { open, type ResourceJson } from '../../../src/fhir/index/elements.ts';
import { extractTerms } from '../../../src/fhir/index/extract.ts';
import { compileQuery } from '../../../src/fhir/index/query.ts';
import type { QueryOptions } from '../../../src/fhir/index/model.ts';

export const options: QueryOptions = { now: Date.UTC(2026, 0, 1), ownBases: ['https://own.example/fhir'] };

export interface Indexed {
  readonly resource: ResourceJson;
  readonly tokens: ReadonlySet<string>;
  readonly edges: ReadonlySet<string>;
  readonly updated: number;
}

export function index(resource: ResourceJson): Indexed {
  const { terms } = extractTerms(resource, options);
  const { lastUpdated } = (resource['meta'] ?? {}) as { lastUpdated?: string };
  return {
    resource,
    tokens: new Set(terms.tokens),
    edges: new Set(terms.edges.map(({ param, target }) => `${param} ${target}`)),
    updated: lastUpdated === undefined ? Number.NaN : Date.parse(lastUpdated),
  };
}

export function holds(match: Match, record: Indexed): boolean {
  switch (match.kind) {
    case 'everything':
      return true;
    case 'token':
      return match.anyOf.some((term) => record.tokens.has(term));
    case 'refers':
      return match.anyOf.some((target) => record.edges.has(`${match.param} ${target}`));
    case 'ids':
      return match.ids.includes(String(record.resource['id']));
    case 'updated':
      return record.updated >= (match.from ?? -Infinity) && record.updated < (match.before ?? Infinity);
    case 'all':
      return match.of.every((one) => holds(one, record));
    case 'some':
      return match.of.some((one) => holds(one, record));
    case 'not':
      return !holds(match.of, record);
    default:
      throw new Error(`not made by the index: ${match.kind}`);
  }
}

/** What a search finds by the blind index and the check after decryption; and what it should find. */
export function search(
  record: Indexed,
  code: string,
  modifier: string | undefined,
  text: string,
): { readonly found: boolean; readonly meant: boolean; readonly exact: boolean; readonly candidate: boolean } {
  const query = unwrap(compileQuery(record.resource.resourceType, code, modifier, text, options));
  const meant = query.matches(open(record.resource));
  const candidate = holds(query.match, record);
  return { found: candidate && (query.exact || meant), meant, exact: query.exact, candidate };
}
