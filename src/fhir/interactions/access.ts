/**
 * What the FHIR interactions ask of the access layer. Every interaction first obtains a `Permit`; its visibility goes into every
 * query, and nothing is sent before `release` has resolved: then the audit entry is durable.
 */
import type { Result } from '../../base/result.ts';
import type { EventDraft, Space, Visibility } from '../../records/model.ts';

export type FhirAction = 'read' | 'search' | 'history' | 'create' | 'update' | 'delete' | 'export';

export interface FhirAccessRequest {
  /** The `Authorization` header as it came. */
  readonly authorization: string | undefined;
  readonly space: Space;
  readonly action: FhirAction;
  /** Types named by the request; empty: any. */
  readonly types: readonly string[];
  /** Set when the request is about one patient (id without `Patient/`). */
  readonly patient?: string;
}

/** What one answer gives away, for the audit entry. */
export interface Disclosure {
  /** FHIR interaction (R4 http: `read`, `search-type`, `history-instance`, …) or operation (`everything`). */
  readonly interaction: string;
  /** Method and relative URL of the request, without the base. */
  readonly request: string;
  /** How many records of each type were released. */
  readonly records: ReadonlyMap<string, number>;
  /** Ids of all patients that the released records concern, without `Patient/`. */
  readonly patients: readonly string[];
}

/** What one unit writes, for its audit entry. */
export interface WrittenRecord {
  readonly type: string;
  readonly id: string;
  readonly version: number;
  readonly deleted: boolean;
  readonly patients: readonly string[];
}

export interface Permit {
  readonly visibility: Visibility;
  /** Reference to who acts, for provenance in answers, e.g. a display name. */
  readonly actor: string;
  /** Whether this principal may write a record that is in these patients' compartments. Called for the state before and after. */
  mayWrite(record: { readonly type: string; readonly id: string; readonly patients: readonly string[]; readonly labels: readonly string[] }): Result<void>;
  /** Resolves with `ok` only when the audit entry of this release is durable. */
  release(disclosure: Disclosure): Promise<Result<void>>;
  /** Audit entries that go into the same unit as the write itself. */
  writeEvents(interaction: string, request: string, records: readonly WrittenRecord[]): readonly EventDraft[];
}

export interface FhirAccess {
  authorise(request: FhirAccessRequest): Promise<Result<Permit>>;
}
