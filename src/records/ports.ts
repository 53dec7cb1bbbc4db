/** Reader and writer of an organisation's records are different things: handlers get a reader that is bound to a visibility. */
import type { AnchoredPlace } from '../anchoring/batch-receipts.ts';
import type { Result } from '../base/result.ts';
import type {
  EventKind,
  FoundPage,
  LapsedOf,
  LapsedRecord,
  Query,
  RecordKey,
  Space,
  StoredEvent,
  StoredVersion,
  Unit,
  Visibility,
  Written,
} from './model.ts';

export interface RecordWriter {
  /**
   * Appends a unit: durable (PostgreSQL committed) when it resolves with `ok`. Units of many callers share one transaction and one
   * fsync; each still stands or falls alone. `records.conflict` (data: type, id, stored version): the head moved, prepare again.
   * `records.guard` (data: index of the guard, found count).
   */
  append(unit: Unit): Promise<Result<Written>>;
}

export interface RecordReader {
  /** The current version (deleted ones too, so that 410 can be told from 404). Undefined when absent or invisible. */
  read(space: Space, key: RecordKey, visibility: Visibility): Promise<StoredVersion | undefined>;
  /** Many at once, in one round trip; absent and invisible ones are left out. */
  readMany(space: Space, keys: readonly RecordKey[], visibility: Visibility): Promise<readonly StoredVersion[]>;
  readVersion(space: Space, key: RecordKey, version: number, visibility: Visibility): Promise<StoredVersion | undefined>;
  search(query: Query): Promise<FoundPage>;
  /** Current records that the given ones refer to by `param` (`_include`), of any type in `targetTypes` (empty: any). */
  included(
    space: Space,
    from: readonly RecordKey[],
    param: string,
    targetTypes: readonly string[],
    visibility: Visibility,
  ): Promise<readonly StoredVersion[]>;
  /** Current records of `type` that refer to the given ones by `param` (`_revinclude`). */
  including(space: Space, to: readonly RecordKey[], type: string, param: string, visibility: Visibility): Promise<readonly StoredVersion[]>;
  /** Newest first. Undefined id: the type's history; undefined type: the system's. */
  history(
    space: Space,
    of: { readonly type?: string; readonly id?: string; readonly since?: number; readonly before?: number },
    page: { readonly limit: number; readonly after?: string },
    visibility: Visibility,
  ): Promise<FoundPage>;
  /** Everything in a patient's compartment (and the patient). */
  compartment(
    space: Space,
    patient: string,
    visibility: Visibility,
    page: { readonly limit: number; readonly after?: string; readonly since?: number },
  ): Promise<FoundPage>;
  /**
   * Records whose current version is not visible though an earlier one is, in the order of the log. `shown` narrows which earlier
   * versions count: visible under one of these too (empty: no narrowing).
   */
  lapsed(space: Space, of: LapsedOf, visibility: Visibility, shown: readonly Visibility[], limit: number): Promise<readonly LapsedRecord[]>;
  /** Which of the patients had one of the records in their compartment before, and have not now: positions in `keys`, with the patient. */
  leftCompartments(
    space: Space,
    keys: readonly RecordKey[],
    patients: readonly string[],
  ): Promise<readonly { readonly index: number; readonly patient: string }[]>;
  /** Events that carry the term, newest first. */
  events(
    kinds: readonly EventKind[],
    token: string,
    page: { readonly limit: number; readonly after?: string },
  ): Promise<{ readonly events: readonly StoredEvent[]; readonly next: string | undefined }>;
  counts(space: Space): Promise<ReadonlyMap<string, number>>;
}

/** What an entry of the organisation log needs to be proven to somebody: its content's hash and its blinder. */
export interface Opening {
  readonly sequence: number;
  readonly contentHash: Uint8Array;
  readonly blinder: Uint8Array;
}

export interface LogReader {
  /** Entries in the log, not yet anchored ones too. */
  size(): number;
  /** Entries that are on the ledger: those before this position have receipts. */
  anchored(): number;
  opening(sequence: number): Promise<Opening | undefined>;
  /**
   * The receipt of one entry (`docs/protocol/receipts.md`): opening, inclusion in a batch of the organisation log, anchor, ledger
   * receipt. `records.not-anchored` until the next anchor.
   */
  receipt(sequence: number): Promise<Result<Uint8Array>>;
  /** Where one entry is in its batch, for somebody who has the ledger too: also while nothing attests the newest block. `records.not-anchored`. */
  place(sequence: number): Promise<Result<AnchoredPlace>>;
}
