import { utf8 } from '../../base/bytes.ts';
import { codedError } from '../../base/errors.ts';
import { fail, type Result } from '../../base/result.ts';
import type { StoredVersion } from '../../records/model.ts';
import type { SearchContext } from '../search/context.ts';
import { searchErrors } from '../search/errors.ts';
import { parseSearch } from '../search/parse.ts';
import { formatQueryString, parseQueryString, type QueryParameter } from '../search/query-string.ts';
import type { SearchRequest } from '../search/request.ts';
import { runSearch } from '../search/run.ts';
import type { Answer } from './answer.ts';
import { authorise, type Asked } from './authorise.ts';
import { BundleText, searchEntry, type Link } from './bundle-text.ts';
import type { FhirCall, FhirParts } from './call.ts';
import { restErrors } from './errors.ts';
import { outcomeText } from './outcome.ts';
import { parsePrefer } from './prefer.ts';
import { namedPatients, searchedPatient } from './shared.ts';
import { isSubset, subset } from './subset.ts';
import { touchedBy, touchedTogether } from './touched.ts';

export const searchContext = (parts: FhirParts, asked: Asked): SearchContext => ({
  reader: parts.reader,
  space: parts.space,
  visibility: asked.visibility,
  index: parts.index,
  now: parts.now(),
});

/** `GET [type]?…`, `POST [type]/_search`, and over several types `GET ?_type=…` (R4 http §3.1.0.10). `type` undefined: system level. */
export async function search(parts: FhirParts, call: FhirCall, type: string | undefined): Promise<Result<Answer>> {
  const query = parseQueryString(call.query);
  if (!query.ok) return query;
  // A body of another kind would be a search whose conditions are lost.
  if (call.body && call.body.kind !== 'form') {
    const hint = 'Send `Content-Type: application/x-www-form-urlencoded`.';
    return fail(codedError(restErrors, 'rest.content-type', { message: 'The parameters of `_search` are not sent as a form.', hint }));
  }
  const form = call.body?.kind === 'form' ? parseQueryString(call.body.text) : undefined;
  if (form && !form.ok) return form;
  const given = form ? [...query.value, ...form.value] : query.value;
  const types = type === undefined ? systemTypes(parts, given) : [type];
  if (typeof types === 'string') return fail(codedError(searchErrors, 'search.malformed-value', { message: types }));
  const parameters = type === undefined ? given.filter(({ name }) => name !== '_type') : given;
  const { lenient } = parsePrefer(call.prefer, 'representation');
  const request = parseSearch(parts.index.parameters, types, parameters, lenient);
  if (!request.ok) return request;

  const asked = await authorise(parts, call, 'search', types, searchedPatient(parts, types, parameters));
  if (!asked.ok) return asked;
  const page = await runSearch(searchContext(parts, asked.value), request.value);
  if (!page.ok) return page;

  const { matches, included, next, total } = page.value;
  const applied = type === undefined ? [{ name: '_type', value: types.join(',') }, ...request.value.applied] : request.value.applied;
  const url = (cursor: string | undefined): string => pageUrl(parts.base, type, applied, cursor);
  const links: Link[] = [{ relation: 'self', url: url(request.value.cursor) }];
  if (next !== undefined) links.push({ relation: 'next', url: url(next) });
  const bundle = new BundleText('searchset', { total, links, time: parts.now() });
  const content = isSubset(request.value) ? (record: StoredVersion) => subset(record, request.value) : (record: StoredVersion) => record.content;
  for (const record of matches) searchEntry(bundle, parts.base, record, 'match', content(record));
  for (const record of included) searchEntry(bundle, parts.base, record, 'include', content(record));
  if (request.value.ignored.length > 0) bundle.entry('', ignoredOutcome(request.value), '"search":{"mode":"outcome"}');
  // A number, or that there is nothing, tells about a patient too: those that the search names are in the log whatever it found.
  const touched = touchedTogether(touchedBy(included.length === 0 ? matches : [...matches, ...included]), namedPatients(types, parameters));
  return asked.value.release(touched, { status: 200, body: bundle.finish() });
}

function pageUrl(base: string, type: string | undefined, applied: readonly QueryParameter[], cursor: string | undefined): string {
  const query = formatQueryString(cursor === undefined ? applied : [...applied, { name: '_cursor', value: cursor }]);
  return `${base}${type === undefined ? '' : `/${type}`}${query === '' ? '' : `?${query}`}`;
}

/** The types of `_type`, or what is wrong with it. */
function systemTypes(parts: FhirParts, parameters: readonly QueryParameter[]): readonly string[] | string {
  const types = parameters.filter(({ name }) => name === '_type').flatMap(({ value }) => value.split(','));
  if (types.length === 0) return 'A search over all types must name them: `_type=Patient,Observation`.';
  const unknown = types.find((type) => !parts.index.parameters.isResourceType(type));
  if (unknown !== undefined) return `\`_type\`: \`${unknown.slice(0, 80)}\` is not a resource type.`;
  return [...new Set(types)];
}

const ignoredOutcome = (request: SearchRequest): Uint8Array =>
  utf8(
    outcomeText(
      request.ignored.map((name) => ({
        severity: 'warning',
        code: 'not-supported',
        text: `The parameter \`${name}\` was ignored.`,
        error: 'search.unknown-parameter',
      })),
    ),
  );
