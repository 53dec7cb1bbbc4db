import { codedError } from '../../base/errors.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import type { Answer } from './answer.ts';
import { authorise } from './authorise.ts';
import { BundleText, historyEntry, type Link } from './bundle-text.ts';
import type { FhirCall, FhirParts } from './call.ts';
import { dateInterval } from '../search/date-value.ts';
import { searchErrors } from '../search/errors.ts';
import { maxCount } from '../search/parse.ts';
import { formatQueryString, parseQueryString, type QueryParameter } from '../search/query-string.ts';
import { restErrors } from './errors.ts';
import { parsePrefer } from './prefer.ts';
import { custodyPatient } from './shared.ts';
import { touchedBy } from './touched.ts';

const DEFAULT_COUNT = 50;

interface HistoryRequest {
  readonly since?: number;
  readonly before?: number;
  readonly count: number;
  readonly after?: string;
  readonly applied: readonly QueryParameter[];
}

/** `GET [type]/[id]/_history`, `GET [type]/_history`, `GET _history` (R4 http §3.1.0.9): newest first, in pages. */
export async function history(parts: FhirParts, call: FhirCall, type?: string, id?: string): Promise<Result<Answer>> {
  const request = parseHistory(call);
  if (!request.ok) return request;
  const patient = type !== undefined && id !== undefined ? await custodyPatient(parts, { type, id }) : undefined;
  const asked = await authorise(parts, call, 'history', type === undefined ? [] : [type], patient);
  if (!asked.ok) return asked;
  const { since, before, count, after, applied } = request.value;
  const page = await parts.reader.history(
    parts.space,
    {
      ...(type === undefined ? {} : { type }),
      ...(id === undefined ? {} : { id }),
      ...(since === undefined ? {} : { since }),
      ...(before === undefined ? {} : { before }),
    },
    { limit: count, ...(after === undefined ? {} : { after }) },
    asked.value.visibility,
  );
  if (id !== undefined && page.records.length === 0 && after === undefined && since === undefined && before === undefined) {
    const logged = await asked.value.release([], { status: 404 });
    return logged.ok ? fail(codedError(restErrors, 'rest.not-found')) : logged;
  }
  const links: Link[] = [{ relation: 'self', url: linkUrl(parts, call, applied, after) }];
  if (page.next !== undefined) links.push({ relation: 'next', url: linkUrl(parts, call, applied, page.next) });
  const total = page.total ?? (page.next === undefined && after === undefined ? page.records.length : undefined);
  const bundle = new BundleText('history', { total, links, time: parts.now() });
  for (const record of page.records) historyEntry(bundle, parts.base, record);
  return asked.value.release(touchedBy(page.records), { status: 200, body: bundle.finish() });
}

const linkUrl = (parts: FhirParts, call: FhirCall, applied: readonly QueryParameter[], cursor: string | undefined): string => {
  const query = formatQueryString(cursor === undefined ? applied : [...applied, { name: '_cursor', value: cursor }]);
  return `${parts.base}/${call.path}${query === '' ? '' : `?${query}`}`;
};

function parseHistory(call: FhirCall): Result<HistoryRequest> {
  const parameters = parseQueryString(call.query);
  if (!parameters.ok) return parameters;
  const { lenient } = parsePrefer(call.prefer, 'representation');
  let request: HistoryRequest = { count: DEFAULT_COUNT, applied: [] };
  for (const parameter of parameters.value) {
    const { name, value } = parameter;
    const malformed = (what: string) => fail(codedError(searchErrors, 'search.malformed-value', { message: `\`${name}\`: ${what}` }));
    if (name === '_format' || name === '_pretty') continue;
    if (name === '_cursor') {
      request = { ...request, after: value };
      continue;
    }
    if (name === '_count') {
      if (!/^\d{1,9}$/.test(value) || value === '0') return malformed('must be a positive number of versions.');
      request = { ...request, count: Math.min(Number(value), maxCount) };
    } else if (name === '_since') {
      const interval = dateInterval(value);
      if (!interval) return malformed('must be an instant.');
      request = { ...request, since: interval.from };
    } else if (name === '_at') {
      // Versions that were current at the time need the one before it as well: not offered.
      return fail(codedError(searchErrors, 'search.unknown-parameter', { message: '`_at` is not supported; use `_since`.' }));
    } else if (lenient) {
      continue;
    } else {
      return fail(codedError(searchErrors, 'search.unknown-parameter', { message: `\`${name.slice(0, 80)}\` is not a parameter of history.` }));
    }
    request = { ...request, applied: [...request.applied, parameter] };
  }
  return ok(request);
}
