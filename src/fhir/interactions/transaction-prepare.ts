/** Entries → versions of one unit, in the order DELETE, POST, PUT (R4 http §3.1.0.11.2). */
import { codedError } from '../../base/errors.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import type { Guard, StoredVersion, VersionDraft } from '../../records/model.ts';
import type { Asked } from './authorise.ts';
import { atEntry, entryPath } from './bundle-entries.ts';
import type { FhirParts } from './call.ts';
import { findByCondition } from './condition.ts';
import { parseIfMatch } from './conditions.ts';
import type { Document } from './content.ts';
import { restErrors } from './errors.ts';
import { forbidden, mayReplace, prepareDeletion, prepareVersion } from './prepare.ts';
import { conditionalReferences, isConditional, rewriteReferences } from './references.ts';
import type { AskedTransaction, ResolvedEntry } from './transaction-entries.ts';
import { checkId, versionMismatch } from './update.ts';

export interface PreparedEntries {
  /** By index of the entry; entries that change nothing have none. */
  readonly drafts: ReadonlyMap<number, VersionDraft>;
  /** Entries whose record was not there before. */
  readonly created: ReadonlySet<number>;
  readonly guards: readonly Guard[];
}

/** Resources between two pauses, in which other requests get their turn. */
const BEFORE_PAUSE = 32;
const pause = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

export async function prepareEntries(parts: FhirParts, asked: AskedTransaction, entries: readonly ResolvedEntry[]): Promise<Result<PreparedEntries>> {
  const heads = new Map<string, StoredVersion>();
  for (const action of ['update', 'delete'] as const) {
    const changing = entries.filter((entry) => entry.action === action);
    if (changing.length === 0) continue;
    for (const head of await parts.reader.readMany(parts.space, changing, asked[action]!.visibility)) heads.set(`${head.type}/${head.id}`, head);
  }
  const links = await linksOf(parts, asked, entries);
  if (!links.ok) return links;

  const drafts = new Map<number, VersionDraft>();
  const created = new Set<number>();
  const guards: Guard[] = [];
  let done = 0;
  for (const action of ['delete', 'create', 'update'] as const) {
    for (const entry of entries) {
      if (entry.action !== action) continue;
      const head = heads.get(`${entry.type}/${entry.id}`);
      const draft = prepareEntry(parts, asked[action]!, entry, head, links.value);
      if (!draft.ok) return fail(atEntry(draft.error, entry.request));
      if (draft.value) drafts.set(entry.request.index, draft.value);
      if (!head || head.deleted) created.add(entry.request.index);
      if (entry.guard) guards.push(entry.guard);
      if (++done % BEFORE_PAUSE === 0) await pause();
    }
  }
  return ok({ drafts, created, guards });
}

function prepareEntry(
  parts: FhirParts,
  asked: Asked,
  entry: ResolvedEntry,
  head: StoredVersion | undefined,
  links: ReadonlyMap<string, string>,
): Result<VersionDraft | undefined> {
  const { request, type, id } = entry;
  const ifMatch = parseIfMatch(request.ifMatch);
  if (!ifMatch.ok) return ifMatch;
  if (ifMatch.value !== undefined && ifMatch.value !== head?.version) return versionMismatch(ifMatch.value, head?.version);
  const lastUpdated = Math.max(parts.now(), head?.lastUpdated ?? 0);
  if (entry.action === 'delete') return head && !head.deleted ? prepareDeletion(parts, asked, head, lastUpdated) : ok(undefined);
  const where = `${entryPath(request.index)}.resource`;
  if (entry.action === 'update' && request.query === '') {
    const matching = checkId(request.resource!, id, where);
    if (!matching.ok) return matching;
  }
  if (head && !mayReplace(parts, asked, head)) return forbidden(head);
  const linked = link(request.resource!, links, where);
  if (!linked.ok) return linked;
  return prepareVersion(parts, asked, linked.value, { type, id, version: (head?.version ?? 0) + 1, lastUpdated }, where);
}

/** What the bundle's own names for records become: fullUrls, and conditional references. */
async function linksOf(parts: FhirParts, asked: AskedTransaction, entries: readonly ResolvedEntry[]): Promise<Result<ReadonlyMap<string, string>>> {
  const links = new Map<string, string>();
  for (const { request, type, id } of entries) {
    if (request.fullUrl === undefined || id === '') continue;
    const target = `${type}/${id}`;
    if (links.has(request.fullUrl) && links.get(request.fullUrl) !== target) {
      return fail(
        atEntry(
          codedError(restErrors, 'rest.duplicate-entry', { message: `the fullUrl \`${request.fullUrl.slice(0, 120)}\` occurs twice.` }),
          request,
        ),
      );
    }
    links.set(request.fullUrl, target);
    // A new record that others of the bundle call by a RESTful address: that address below the same base is meant, too.
    const relative = /^https?:.*\/([A-Z][A-Za-z]+\/[A-Za-z0-9\-.]{1,64})$/.exec(request.fullUrl)?.[1];
    if (relative !== undefined && relative !== target) links.set(relative, target);
  }
  for (const { request, action } of entries) {
    if (action !== 'create' && action !== 'update') continue;
    for (const reference of conditionalReferences(request.resource)) {
      if (links.has(reference)) continue;
      const type = reference.slice(0, reference.indexOf('?'));
      const where = (message: string) =>
        fail(atEntry(codedError(restErrors, 'rest.reference-unresolved', { message: `\`${reference.slice(0, 200)}\` ${message}` }), request));
      if (!parts.index.parameters.isResourceType(type)) return where('does not name a resource type.');
      const found = await findByCondition(parts, asked.search!, type, reference);
      if (!found.ok) return fail(atEntry(found.error, request));
      if (found.value.matches.length !== 1) return where(found.value.matches.length === 0 ? 'matches no record.' : 'matches more than one record.');
      links.set(reference, `${type}/${found.value.matches[0]!.id}`);
    }
  }
  return ok(links);
}

function link(document: Document, links: ReadonlyMap<string, string>, where: string): Result<Document> {
  let missing: string | undefined;
  const linked = rewriteReferences(document, (text, reference) => {
    const target = links.get(text);
    if (target !== undefined) return reference || text.startsWith('urn:') ? target : undefined;
    if (!reference) return undefined;
    // A fragment or a version after the fullUrl does not change what is meant.
    if (text.startsWith('urn:uuid:') || text.startsWith('urn:oid:') || isConditional(text)) missing ??= text;
    return undefined;
  });
  if (missing === undefined) return ok(linked);
  return fail(
    codedError(restErrors, 'rest.reference-unresolved', {
      message: `no entry of the bundle has the fullUrl \`${missing.slice(0, 120)}\`.`,
      data: { expression: where },
    }),
  );
}
