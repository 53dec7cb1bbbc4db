/** The search index as the search code asks for it: parameters, conditions, checks, references and sort values. */
import { fromUtf8 } from '../../base/bytes.ts';
import type { Result } from '../../base/result.ts';
import type { StoredVersion } from '../../records/model.ts';
import { definitions } from '../definitions/definitions.ts';
import { searchParam, searchParams, type SearchParam } from '../definitions/search-params.ts';
import type { SearchIndex } from '../search/context.ts';
import type { SearchParameter } from '../search/parameters.ts';
import { elementsOf, open, type Opened, type ResourceJson } from './elements.ts';
import { compileQuery, type CompiledQuery } from './query.ts';
import { dateParameter } from './search-order.ts';
import { sortValue } from './sort-value.ts';
import { targetOf } from './values/reference-element.ts';

export interface SearchIndexOptions {
  /** FHIR bases of this server, without trailing slash. */
  readonly ownBases: readonly string[];
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** Compiled queries kept: a page checks its records with the query that found them. */
const maxKept = 200;

const describe = (param: SearchParam): SearchParameter => ({
  code: param.code,
  // Without an expression (`_text`, `_content`) there is nothing to look into.
  type: param.path === undefined ? 'special' : param.type,
  targets: param.type === 'reference' ? (param.targets ?? definitions.resourceTypes) : [],
});

export function createSearchIndex({ ownBases, now }: SearchIndexOptions): SearchIndex {
  const kept = new Map<string, Result<CompiledQuery>>();
  const described = new Map<string, readonly SearchParameter[]>();

  const compiled = (type: string, code: string, modifier: string | undefined, text: string): Result<CompiledQuery> => {
    const key = `${type}\u0000${code}\u0000${modifier ?? ''}\u0000${text}`;
    let query = kept.get(key);
    if (!query) {
      query = compileQuery(type, code, modifier, text, { ownBases, now: now() });
      // `ap` on dates moves with the clock, slowly enough for a page; forgotten with the oldest.
      if (kept.size >= maxKept) kept.delete(kept.keys().next().value!);
      kept.set(key, query);
    }
    return query;
  };
  const all = (type: string): readonly SearchParameter[] => {
    let list = described.get(type);
    if (!list) {
      list = [...searchParams(type).values()].map(describe);
      if (definitions.isResourceType(type)) described.set(type, list);
    }
    return list;
  };
  const elements = (document: unknown, type: string, code: string) => {
    const param = searchParam(type, code);
    return param ? elementsOf(document as Opened, param) : [];
  };

  return {
    parameters: {
      resourceTypes: definitions.resourceTypes,
      isResourceType: (type) => definitions.isResourceType(type),
      find: (type, code) => all(type).find((param) => param.code === code),
      all,
    },
    open: (record: StoredVersion) => open(JSON.parse(fromUtf8(record.content)) as ResourceJson),
    query: (type, code, modifier, text) => {
      const key = compiled(type, code, modifier, text);
      return key.ok ? { ok: true, value: { match: key.value.match, exact: key.value.exact } } : key;
    },
    matches: (document, type, code, modifier, text) => {
      const query = compiled(type, code, modifier, text);
      return query.ok && query.value.matches(document as Opened);
    },
    references: (document, type, code) => {
      const targets = elements(document, type, code).map((node) => targetOf(node, ownBases));
      return [...new Set(targets.flatMap((target) => (target?.kind === 'record' ? [`${target.type}/${target.id}`] : [])))];
    },
    sortValue: (document, type, code, descending) => sortValue(elements(document, type, code), descending),
    inCompartment: (type) => type === 'Patient' || definitions.patientCompartment(type) !== undefined,
    dateParameter,
  };
}
