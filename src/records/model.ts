/**
 * The vocabulary of the records layer. A record is anything with a type, an id and versions (a FHIR resource); an event is anything
 * that is logged once (an audit entry, a disclosure, a consent notice). Both become entries of the organisation log: sealed, committed
 * to by one leaf, anchored with it. Nothing here knows FHIR: the layers above hand in index terms as plain strings, this layer turns
 * them into keyed tokens, so that what lies on disk is blind.
 */

/** Whose records: `own`, or the id of the organisation whose synchronised copies these are. Spaces never mix in one query. */
export type Space = 'own' | (string & {});

export interface RecordKey {
  readonly type: string;
  readonly id: string;
}

/** Index terms in plain text, e.g. `Observation.code\u0000http://loinc.org|8302-2`; turned into 64-bit keyed tokens before storage. */
export interface IndexTerms {
  readonly tokens: readonly string[];
  /** References: `param` such as `Observation.subject` (type and search parameter), `target` such as `Patient/123`. */
  readonly edges: readonly { readonly param: string; readonly target: string }[];
}

/** Where a synchronised copy came from: enough to give the original back to its custodian, provably. */
export interface Origin {
  readonly organisation: string;
  /** Position in the custodian's organisation log. */
  readonly sequence: number;
  /** The custodian's blinder of that entry (32 bytes); empty where the copy is no version but the note that there is none for us from here on. */
  readonly blinder: Uint8Array;
}

export interface VersionDraft extends RecordKey {
  readonly space: Space;
  /** From 1; the writer refuses the unit unless the stored head is `version - 1` (0: no record yet). */
  readonly version: number;
  readonly deleted: boolean;
  /** The canonical bytes: UTF-8 JSON exactly as it will be served. */
  readonly content: Uint8Array;
  /** Milliseconds since 1970. */
  readonly lastUpdated: number;
  /** Patient whose content key seals this version; undefined: the organisation's own content key. */
  readonly patient: string | undefined;
  /** All patients whose compartment the record is in (ids, without `Patient/`). */
  readonly compartments: readonly string[];
  /** Sensitivity labels (codes), for the visibility filter. */
  readonly labels: readonly string[];
  readonly terms: IndexTerms;
  /** The record's clinical date for sorting, milliseconds since 1970; stored sealed. */
  readonly sortDate?: number;
  readonly origin?: Origin;
}

/** Kinds of events; numbers are stored, never reused. */
export const eventKinds = { audit: 2, consent: 3, disclosure: 4, notice: 5, request: 6, marker: 7 } as const;
export type EventKind = keyof typeof eventKinds;

export interface EventDraft {
  readonly kind: EventKind;
  /** Canonical bytes: UTF-8 JSON. */
  readonly content: Uint8Array;
  /** Milliseconds since 1970. */
  readonly time: number;
  /** Patient whose *log* key seals it (access logs outlive erased content); undefined: the organisation's log key. */
  readonly patient: string | undefined;
  /** Terms under which the event can be found again, e.g. `patient\u0000123`, `grant\u0000<id>`. */
  readonly tokens: readonly string[];
}

/** A condition checked inside the writing transaction: `where` matches exactly `count` current records of `type`. */
export interface Guard {
  readonly space: Space;
  readonly type: string;
  readonly where: Match;
  readonly count: number;
  /** Only records that are visible so are counted: whether a guard holds tells no more than a search. Undefined: every record. */
  readonly visibility?: Visibility;
}

/** What one request writes: all of it or nothing. */
export interface Unit {
  readonly versions: readonly VersionDraft[];
  readonly events: readonly EventDraft[];
  readonly guards: readonly Guard[];
}

/** Where the unit's entries stand in the organisation log, in the order of the unit: versions first, then events. */
export interface Written {
  readonly sequences: readonly number[];
}

/** A condition over the blind index. Terms are plain text here and blinded when the query is compiled. */
export type Match =
  | { readonly kind: 'everything' }
  | { readonly kind: 'token'; readonly anyOf: readonly string[] }
  | { readonly kind: 'refers'; readonly param: string; readonly anyOf: readonly string[] }
  /** Records whose reference `param` leads to a current record of `type` for which `where` holds. */
  | { readonly kind: 'chain'; readonly param: string; readonly type: string; readonly where: Match }
  /** Records that a current record of `type`, for which `where` holds, refers to by `param` (`_has`). */
  | { readonly kind: 'reverse'; readonly param: string; readonly type: string; readonly where: Match }
  | { readonly kind: 'ids'; readonly ids: readonly string[] }
  /** Half-open range of last update times, milliseconds. */
  | { readonly kind: 'updated'; readonly from?: number; readonly before?: number }
  | { readonly kind: 'all'; readonly of: readonly Match[] }
  | { readonly kind: 'some'; readonly of: readonly Match[] }
  | { readonly kind: 'not'; readonly of: Match };

/**
 * What the caller may see, from the decision point; part of every query and of every sub-query (chain, reverse, include, count,
 * history), so that no path leads around it. `patients: 'all'` still honours `withoutLabels`.
 */
export interface Visibility {
  readonly patients: 'all' | readonly string[];
  /** Types outside a patient's compartment (Organization, Practitioner, …) are visible to patient-limited callers only when listed. */
  readonly sharedTypes: readonly string[];
  readonly withoutLabels: readonly string[];
  /** When present: only these types. */
  readonly onlyTypes?: readonly string[];
}

export type Order = { readonly by: 'stored' } | { readonly by: 'updated' | 'date'; readonly descending: boolean };

export interface Query {
  readonly space: Space;
  readonly types: readonly string[];
  readonly where: Match;
  readonly visibility: Visibility;
  readonly order: Order;
  readonly limit: number;
  /** Opaque cursor of a previous page (`FoundPage.next`). */
  readonly after?: string;
  /** What cursors are bound to in place of `where`, when `where` holds answers of earlier queries, which change as records are written. */
  readonly pagedAs?: string;
  readonly withTotal: boolean;
}

/** A decrypted version. `content` is byte for byte what was written. */
export interface StoredVersion extends RecordKey {
  readonly space: Space;
  readonly version: number;
  readonly deleted: boolean;
  readonly lastUpdated: number;
  readonly content: Uint8Array;
  /** Position in the organisation log. */
  readonly sequence: number;
  /** Copies only: as drafted. */
  readonly origin?: Origin;
}

export interface FoundPage {
  readonly records: readonly StoredVersion[];
  readonly next: string | undefined;
  /** Of searches: the cursor that continues after `records[index]`, for a caller who takes only the first of them. */
  readonly after?: (index: number) => string;
  readonly total: number | undefined;
}

export interface StoredEvent {
  readonly kind: EventKind;
  readonly sequence: number;
  readonly time: number;
  readonly content: Uint8Array;
}

/** A record whose current version is out of a visibility that an earlier version was in. */
export interface LapsedRecord extends RecordKey {
  /** The version from which on it is out, and its position in the organisation log. */
  readonly version: number;
  readonly sequence: number;
  /** Position of the current version. */
  readonly head: number;
}

/** Which lapsed records are looked for. */
export interface LapsedOf {
  /** They lapsed at this position of the log or after it. */
  readonly since: number;
  /** Their current version is at this position or after it: where a page goes on. */
  readonly from?: number;
  /** Only these. */
  readonly keys?: readonly RecordKey[];
}
