/** Writes that are not in the state yet, over a view of it. A transaction's draft lies over its block's. */
import type { StateDraft, StateView } from './rule.ts';

export interface Draft extends StateDraft {
  readonly writes: ReadonlyMap<string, Uint8Array>;
  /** Takes the writes of a draft over this one. */
  absorb(draft: Draft): void;
}

export function draftOver(below: StateView): Draft {
  const writes = new Map<string, Uint8Array>();
  return {
    writes,
    get: (key) => writes.get(key) ?? below.get(key),
    put: (key, value) => void writes.set(key, value),
    absorb: (draft) => {
      for (const [key, value] of draft.writes) writes.set(key, value);
    },
  };
}
