/** What a verification of everything stored says: what was looked at, what does not hold, where, and what could not be checked. */

export interface Damage {
  /** `verify.*`: the kind of damage. */
  readonly code: string;
  /** One sentence in plain words. */
  readonly what: string;
  /** Table and row, e.g. `entry 412`, `idx of record 17`. */
  readonly where: string;
  /** Position in the organisation log, when one is meant. */
  readonly sequence?: number;
  /** Row number of the record, when one is meant. */
  readonly rid?: number;
  /** The record version, as far as it can still be told. */
  readonly record?: { readonly space: string; readonly type: string; readonly id: string; readonly version: number };
  /** `rebuild`: from what else is stored here; `peer`: needs a copy of the content from another organisation; `no`: neither helps. */
  readonly repair: 'rebuild' | 'peer' | 'no';
}

export interface StoredReport {
  readonly organisation: string;
  /** Milliseconds since 1970. */
  readonly started: number;
  readonly finished: number;
  readonly holds: boolean;
  readonly checked: {
    readonly entries: number;
    readonly versions: number;
    readonly events: number;
    readonly indexRows: number;
    readonly keys: number;
    readonly anchors: number;
  };
  readonly damages: readonly Damage[];
  /** True when there were more than are listed. */
  readonly cut: boolean;
  readonly unchecked: readonly string[];
}

/** More than this many findings say the same thing. */
export const MAX_DAMAGES = 10_000;

export class Findings {
  readonly damages: Damage[] = [];
  readonly unchecked: string[] = [];
  cut = false;
  readonly counts = { entries: 0, versions: 0, events: 0, indexRows: 0, keys: 0, anchors: 0 };

  add(damage: Damage): void {
    if (this.damages.length < MAX_DAMAGES) this.damages.push(damage);
    else this.cut = true;
  }
}
