/** What the writer is given: rows whose content is sealed and whose terms are keyed words already. A word is 8 bytes, big-endian. */
import type { Statement } from './database.ts';

export interface EntryRow {
  readonly kind: number;
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly keyId: number;
  readonly wrapped: Uint8Array;
  readonly sealed: Uint8Array;
  /** 32 bytes. */
  readonly leaf: Uint8Array;
}

export interface EventRow extends EntryRow {
  /** Words, sorted, each once. */
  readonly tokens: Uint8Array;
}

export interface VersionRow extends EntryRow {
  /** Keyed hash of space, type and id: 16 bytes. */
  readonly key: Uint8Array;
  readonly space: number;
  readonly type: number;
  readonly version: number;
  readonly deleted: boolean;
  readonly updated: number;
  /** Words. */
  readonly compartments: Uint8Array;
  readonly labels: Uint8Array;
  /** Words, sorted, each once; empty when deleted. */
  readonly tokens: Uint8Array;
  /** Pairs of words (parameter, first word of the target's key), sorted, each once; empty when deleted. */
  readonly edges: Uint8Array;
  /** 16 bytes. */
  readonly sort: Uint8Array | undefined;
}

/** A statement that yields one number, which must be `count`, seen from right before the unit is written. */
export interface GuardRow {
  readonly statement: Statement;
  readonly count: number;
  /** Which records can change the answer; undefined: any. */
  readonly touchedBy: { readonly space: number; readonly type: number } | undefined;
}

export interface WriteUnit {
  readonly versions: readonly VersionRow[];
  readonly events: readonly EventRow[];
  readonly guards: readonly GuardRow[];
}

/** Follows the organisation log as it is written. */
export interface LogObserver {
  /** Called whenever the writer (re)opens: the log has `size` entries. */
  load(size: number): Promise<void>;
  /** Leaves that stand at the end of the log now, the first of them at position `first`. */
  appended(first: number, leaves: readonly Uint8Array[]): void;
}
