/** From drafts to rows: terms become keyed words, contents are sealed, leaves computed. */
import { commitment, contentHash, leafHash } from '../ledger/proofs/commitment.ts';
import { codedError } from '../base/errors.ts';
import { fail, ok, type Result } from '../base/result.ts';
import type { EventRow, VersionRow } from '../store/rows.ts';
import { sortedSet } from '../store/words.ts';
import { freshBlinder } from '../vault/seal.ts';
import { sealSortKey } from '../vault/sort-key.ts';
import { eventSubject, versionSubject, VERSION_KIND, type RecordsContext } from './context.ts';
import { indexDigest, wrapEvent, wrapVersion } from './envelope.ts';
import { recordsErrors } from './errors.ts';
import { eventKinds, type EventDraft, type VersionDraft } from './model.ts';

/** 64 MiB: far above what the interfaces let in. */
const MAX_CONTENT_BYTES = 64 << 20;
const MAX_WORDS = 50_000;

export const leafOf = (blinder: Uint8Array, content: Uint8Array): Uint8Array => leafHash(commitment(blinder, contentHash(content)));

export interface IndexWords {
  readonly compartments: Uint8Array;
  readonly labels: Uint8Array;
  readonly tokens: Uint8Array;
  readonly edges: Uint8Array;
}

/** The words under which a version is found. A deleted one is not found any more, but stays in its compartments and labels. */
export function indexWords(
  context: RecordsContext,
  draft: Pick<VersionDraft, 'space' | 'deleted' | 'compartments' | 'labels' | 'terms'>,
): IndexWords {
  const index = context.index(draft.space);
  const compartments = draft.compartments.map((patient) => index.compartment(patient));
  const sets = {
    compartments: sortedSet(compartments, 8),
    labels: sortedSet(
      draft.labels.map((code) => index.label(code)),
      8,
    ),
  };
  if (draft.deleted) return { ...sets, tokens: new Uint8Array(0), edges: new Uint8Array(0) };
  const edges = draft.terms.edges.map(({ param, target }) => Buffer.concat([index.param(param), index.target(target)]));
  return { ...sets, tokens: sortedSet([...draft.terms.tokens.map((term) => index.token(term)), ...compartments], 8), edges: sortedSet(edges, 16) };
}

/** `earlier`: words of the head that carry over to its deletion. `blinder`: only to seal again what was committed to with it. */
export async function prepareVersion(
  context: RecordsContext,
  draft: VersionDraft,
  earlier?: IndexWords,
  blinder = freshBlinder(),
): Promise<Result<VersionRow>> {
  if (draft.content.length > MAX_CONTENT_BYTES || draft.terms.tokens.length + 2 * draft.terms.edges.length > MAX_WORDS) {
    return fail(codedError(recordsErrors, 'records.too-large', { data: { type: draft.type, id: draft.id, bytes: draft.content.length } }));
  }
  const contentKey = await context.keyRing.forSealing('content', draft.patient);
  if (!contentKey.ok) return contentKey;
  const [space, type] = await Promise.all([context.dictionary.numberFor('space', draft.space), context.dictionary.numberFor('type', draft.type)]);
  const own = indexWords(context, draft);
  const words = earlier
    ? { ...own, compartments: sortedSet(chunks(own.compartments, earlier.compartments), 8), labels: sortedSet(chunks(own.labels, earlier.labels), 8) }
    : own;
  const key = context.index(draft.space).record(draft.type, draft.id);
  const header = {
    type: draft.type,
    id: draft.id,
    space: draft.space,
    version: draft.version,
    deleted: draft.deleted,
    lastUpdated: draft.lastUpdated,
    patient: draft.patient,
    sortDate: draft.sortDate,
    index: indexDigest(words),
    origin: draft.origin,
  };
  return ok({
    kind: VERSION_KIND,
    time: draft.lastUpdated,
    keyId: contentKey.value.id,
    ...context.sealer.seal(versionSubject(key, draft.version), contentKey.value, blinder, wrapVersion(header, draft.content)),
    leaf: leafOf(blinder, draft.content),
    key,
    space,
    type,
    version: draft.version,
    deleted: draft.deleted,
    updated: draft.lastUpdated,
    ...words,
    sort: draft.sortDate === undefined || draft.deleted ? undefined : sealSortKey(context.keys.sortKey, draft.sortDate, key, draft.version),
  });
}

const chunks = (...sets: readonly Uint8Array[]): Uint8Array[] =>
  sets.flatMap((set) => Array.from({ length: set.length / 8 }, (_, index) => set.subarray(index * 8, index * 8 + 8)));

/** Event terms live in a space of their own: they are about what happened here, whoever's record it was about. */
const EVENT_SPACE = 'events';

export const eventToken = (context: RecordsContext, term: string): Uint8Array => context.index(EVENT_SPACE).token(term);

export async function prepareEvent(context: RecordsContext, draft: EventDraft): Promise<Result<EventRow>> {
  if (draft.content.length > MAX_CONTENT_BYTES || draft.tokens.length > MAX_WORDS) return fail(codedError(recordsErrors, 'records.too-large'));
  const contentKey = await context.keyRing.forSealing('log', draft.patient);
  if (!contentKey.ok) return contentKey;
  const kind = eventKinds[draft.kind];
  const tokens = sortedSet(
    draft.tokens.map((term) => eventToken(context, term)),
    8,
  );
  const blinder = freshBlinder();
  const plaintext = wrapEvent({ time: draft.time, patient: draft.patient, tokens }, draft.content);
  return ok({
    kind,
    time: draft.time,
    keyId: contentKey.value.id,
    ...context.sealer.seal(eventSubject(kind), contentKey.value, blinder, plaintext),
    leaf: leafOf(blinder, draft.content),
    tokens,
  });
}
