/**
 * `POST /` with a transaction (R4 http §3.1.0.11.2): everything or nothing. The whole bundle becomes one unit, and the unit one
 * transaction of the database; the first entry that cannot be processed is named and nothing is stored.
 */
import { codedError } from '../../base/errors.ts';
import { fail, ok, type CodedError, type Result } from '../../base/result.ts';
import { recordAnswer, versionPath, type Answer } from './answer.ts';
import { authorise, type Asked } from './authorise.ts';
import { entryCall, type Perform } from './batch.ts';
import { atEntry, entryPath, requestEntries, type RequestEntry } from './bundle-entries.ts';
import { BundleText } from './bundle-text.ts';
import type { FhirCall, FhirParts } from './call.ts';
import type { Document } from './content.ts';
import { restErrors } from './errors.ts';
import { parsePrefer } from './prefer.ts';
import { touchedByDrafts } from './prepare.ts';
import { errorEntry, responseEntry } from './response-entry.ts';
import { conditionalReferences } from './references.ts';
import { touchedBy, touchedTogether } from './touched.ts';
import { resolveEntries, type AskedTransaction } from './transaction-entries.ts';
import { prepareEntries } from './transaction-prepare.ts';
import { maxAttempts, writtenAnswer } from './write.ts';

export async function transaction(parts: FhirParts, call: FhirCall, bundle: Document, perform: Perform): Promise<Result<Answer>> {
  const entries = requestEntries(bundle);
  if (!entries.ok) return entries;
  const asked = await authoriseAll(parts, call, entries.value);
  if (!asked.ok) return asked;
  const prefer = parsePrefer(call.prefer, 'minimal');
  for (let attempt = 0; attempt < maxAttempts; attempt++) {
    const resolved = await resolveEntries(parts, asked.value, entries.value);
    if (!resolved.ok) return resolved;
    const prepared = await prepareEntries(parts, asked.value, resolved.value);
    if (!prepared.ok) return prepared;
    const { drafts, created, guards } = prepared.value;
    const versions = [...drafts.values()];
    const existing = resolved.value.flatMap((entry) => entry.existing ?? []);
    const touched = touchedTogether(touchedByDrafts(versions), touchedBy(existing));
    const written = await asked.value.released.release(touched, { status: 200 }, { versions, events: [], guards });
    if (!written.ok) {
      if (written.error.code !== 'records.conflict' && written.error.code !== 'records.guard') return written;
      const stale = entries.value.find((entry) => entry.ifMatch !== undefined && isAbout(entry, written.error));
      if (stale) return fail(atEntry(codedError(restErrors, 'rest.version-mismatch'), stale));
      continue;
    }
    const response = new BundleText('transaction-response', { time: parts.now() });
    for (const entry of resolved.value) {
      const draft = drafts.get(entry.request.index);
      const wants = prefer.return !== 'minimal';
      if (draft)
        responseEntry(
          response,
          parts.base,
          writtenAnswer(draft, draft.deleted ? 204 : created.has(entry.request.index) ? 201 : 200, prefer.return),
          wants,
        );
      else if (entry.existing)
        responseEntry(response, parts.base, { ...recordAnswer(200, entry.existing), location: versionPath(entry.existing) }, wants);
      else if (entry.action === 'delete') responseEntry(response, parts.base, { status: 204 }, false);
      else {
        // A read that fails says so in its entry: the changes are done.
        const answer = await perform(parts, entryCall(call, entry.request));
        if (answer.ok) responseEntry(response, parts.base, answer.value, true);
        else errorEntry(response, atEntry(answer.error, entry.request));
      }
    }
    return ok({ status: 200, body: response.finish() });
  }
  return fail(codedError(restErrors, 'rest.edit-conflict'));
}

const isAbout = (entry: RequestEntry, error: CodedError): boolean => entry.path === `${String(error.data?.['type'])}/${String(error.data?.['id'])}`;

const KINDS = { POST: 'create', PUT: 'update', DELETE: 'delete' } as const;

/** One decision per kind of change, each over all the types it changes, and one on what the conditions look for. */
async function authoriseAll(parts: FhirParts, call: FhirCall, entries: readonly RequestEntry[]): Promise<Result<AskedTransaction>> {
  const asked: { -readonly [kind in (typeof KINDS)[keyof typeof KINDS] | 'search']?: Asked } = {};
  let released: Asked | undefined;
  for (const method of ['DELETE', 'PUT', 'POST'] as const) {
    const types = new Set<string>();
    for (const entry of entries) {
      if (entry.method !== method) continue;
      const type = entry.path.split('/', 1)[0]!;
      if (!parts.index.parameters.isResourceType(type)) {
        return fail(
          atEntry(
            codedError(restErrors, 'rest.unknown-type', {
              message: `\`${type.slice(0, 80)}\` is not a FHIR R4 resource type.`,
              data: { expression: `${entryPath(entry.index)}.request.url` },
            }),
            entry,
          ),
        );
      }
      types.add(type);
    }
    if (types.size === 0) continue;
    const result = await authorise(parts, call, KINDS[method], [...types]);
    if (!result.ok) return result;
    released = asked[KINDS[method]] = result.value;
  }
  const searched = searchedTypes(parts, entries);
  if (searched.length > 0) {
    const result = await authorise(parts, call, 'search', searched);
    if (!result.ok) return result;
    asked.search = result.value;
  }
  if (released) return ok({ ...asked, released });
  const reading = await authorise(parts, call, 'read', []);
  return reading.ok ? ok({ ...asked, released: reading.value }) : reading;
}

/** Types that conditional changes and conditional references search. */
function searchedTypes(parts: FhirParts, entries: readonly RequestEntry[]): readonly string[] {
  const types = new Set<string>();
  for (const { method, path, query, ifNoneExist, resource } of entries) {
    if (method !== 'POST' && method !== 'PUT' && method !== 'DELETE') continue;
    if (ifNoneExist !== undefined || query !== '') types.add(path.split('/', 1)[0]!);
    if (method !== 'DELETE') for (const reference of conditionalReferences(resource)) types.add(reference.slice(0, reference.indexOf('?')));
  }
  return [...types].filter((type) => parts.index.parameters.isResourceType(type));
}
