import { ok, type Result } from '../../base/result.ts';
import type { Answer } from './answer.ts';
import { requestEntries, type RequestEntry } from './bundle-entries.ts';
import { BundleText } from './bundle-text.ts';
import type { FhirCall, FhirParts } from './call.ts';
import type { Document } from './content.ts';
import { errorEntry, responseEntry } from './response-entry.ts';

export type Perform = (parts: FhirParts, call: FhirCall) => Promise<Result<Answer>>;

/** Entries of one batch that are worked on at a time: what they write shares commits. */
const CONCURRENT = 8;

/** A call as if the entry had come on its own. */
export const entryCall = (call: FhirCall, entry: RequestEntry): FhirCall => ({
  method: entry.method,
  path: entry.path,
  query: entry.query,
  authorization: call.authorization,
  prefer: call.prefer,
  ifMatch: entry.ifMatch,
  ifNoneMatch: entry.ifNoneMatch,
  ifNoneExist: entry.ifNoneExist,
  body: entry.resource === undefined ? undefined : { kind: 'document', document: entry.resource },
});

/** `POST /` with a batch (R4 http §3.1.0.11.1): each entry on its own, failures stay with their entry. */
export async function batch(parts: FhirParts, call: FhirCall, bundle: Document, perform: Perform): Promise<Result<Answer>> {
  const entries = requestEntries(bundle);
  if (!entries.ok) return entries;
  const results: Result<Answer>[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    for (let at = next++; at < entries.value.length; at = next++) {
      const entry = entries.value[at]!;
      results[at] = await perform(parts, entryCall(call, entry));
    }
  };
  await Promise.all(Array.from({ length: Math.min(CONCURRENT, entries.value.length) }, work));
  const response = new BundleText('batch-response', { time: parts.now() });
  for (const result of results) {
    if (result.ok) responseEntry(response, parts.base, result.value, true);
    else errorEntry(response, result.error);
  }
  return ok({ status: 200, body: response.finish() });
}
