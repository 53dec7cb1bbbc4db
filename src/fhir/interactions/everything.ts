import { codedError } from '../../base/errors.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import type { RecordKey, StoredVersion } from '../../records/model.ts';
import { dateInterval } from '../search/date-value.ts';
import { maxCount } from '../search/parse.ts';
import { formatQueryString, parseQueryString, type QueryParameter } from '../search/query-string.ts';
import type { Answer } from './answer.ts';
import { authorise } from './authorise.ts';
import { BundleText, searchEntry, type Link } from './bundle-text.ts';
import type { FhirCall, FhirParts } from './call.ts';
import { restErrors } from './errors.ts';
import { touchedBy } from './touched.ts';

/** Records of the compartment a page; what they refer to outside of it comes on top. */
const DEFAULT_COUNT = 1000;

interface EverythingRequest {
  readonly count: number;
  readonly since?: number;
  readonly types?: readonly string[];
  readonly after?: string;
  readonly applied: readonly QueryParameter[];
}

/** `GET Patient/[id]/$everything` (R4 Patient operation): the compartment in pages, each with the records outside that it refers to. */
export async function everything(parts: FhirParts, call: FhirCall, patient: string): Promise<Result<Answer>> {
  const request = parseEverything(parts, call);
  if (!request.ok) return request;
  const asked = await authorise(parts, call, 'export', [], patient);
  if (!asked.ok) return asked;
  const { visibility } = asked.value;
  const { count, since, types, after, applied } = request.value;
  const root = await parts.reader.read(parts.space, { type: 'Patient', id: patient }, visibility);
  if (!root || root.deleted) {
    const logged = await asked.value.release([], { status: 404 });
    return logged.ok ? fail(codedError(restErrors, root ? 'rest.gone' : 'rest.not-found')) : logged;
  }
  const limited =
    types === undefined
      ? visibility
      : { ...visibility, onlyTypes: types.filter((type) => !visibility.onlyTypes || visibility.onlyTypes.includes(type)) };
  const page = await parts.reader.compartment(parts.space, patient, limited, {
    limit: count,
    ...(after === undefined ? {} : { after }),
    ...(since === undefined ? {} : { since }),
  });
  const outside = types === undefined ? await parts.reader.readMany(parts.space, referredOutside(parts, page.records), visibility) : [];
  const links: Link[] = [{ relation: 'self', url: linkUrl(parts, call, applied, after) }];
  if (page.next !== undefined) links.push({ relation: 'next', url: linkUrl(parts, call, applied, page.next) });
  const bundle = new BundleText('searchset', { total: page.total, links, time: parts.now() });
  for (const record of page.records) searchEntry(bundle, parts.base, record, 'match');
  const related = outside.filter((record) => !record.deleted);
  for (const record of related) searchEntry(bundle, parts.base, record, 'include');
  const counted = touchedBy([...page.records, ...related]).filter((touched) => touched.patient === patient);
  return asked.value.release(counted, { status: 200, body: bundle.finish() });
}

const REFERENCE = /"reference"\s*:\s*"([A-Z][A-Za-z]{2,40})\/([A-Za-z0-9\-.]{1,64})["/]/g;

/** Records of types that are in no patient's compartment (practitioners, organisations, medicines) which the given ones refer to. */
function referredOutside(parts: FhirParts, records: readonly StoredVersion[]): readonly RecordKey[] {
  const keys = new Map<string, RecordKey>();
  for (const record of records) {
    const text = Buffer.from(record.content.buffer, record.content.byteOffset, record.content.byteLength).toString('latin1');
    for (const [, type, id] of text.matchAll(REFERENCE)) {
      if (!parts.index.inCompartment(type!)) keys.set(`${type}/${id}`, { type: type!, id: id! });
    }
  }
  return [...keys.values()].filter(({ type }) => parts.index.parameters.isResourceType(type));
}

const linkUrl = (parts: FhirParts, call: FhirCall, applied: readonly QueryParameter[], cursor: string | undefined): string => {
  const query = formatQueryString(cursor === undefined ? applied : [...applied, { name: '_cursor', value: cursor }]);
  return `${parts.base}/${call.path}${query === '' ? '' : `?${query}`}`;
};

function parseEverything(parts: FhirParts, call: FhirCall): Result<EverythingRequest> {
  const parameters = parseQueryString(call.query);
  if (!parameters.ok) return parameters;
  let request: EverythingRequest = { count: DEFAULT_COUNT, applied: [] };
  for (const parameter of parameters.value) {
    const { name, value } = parameter;
    const wrong = (what: string) => fail(codedError(restErrors, 'rest.parameters', { message: `\`${name.slice(0, 80)}\`: ${what}` }));
    if (name === '_format' || name === '_pretty') continue;
    if (name === '_cursor') {
      request = { ...request, after: value };
      continue;
    }
    if (name === '_count') {
      if (!/^[1-9]\d{0,8}$/.test(value)) return wrong('must be a positive number of records.');
      request = { ...request, count: Math.min(Number(value), maxCount) };
    } else if (name === '_since') {
      const interval = dateInterval(value);
      if (!interval) return wrong('must be an instant.');
      request = { ...request, since: interval.from };
    } else if (name === '_type') {
      const types = value.split(',');
      if (!types.every((type) => parts.index.parameters.isResourceType(type))) return wrong('must be resource types, separated by commas.');
      request = { ...request, types };
    } else {
      return wrong('is not supported by `$everything` here.');
    }
    request = { ...request, applied: [...request.applied, parameter] };
  }
  return ok(request);
}
