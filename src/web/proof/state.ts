/** What this browser knows about each proof: three honest states, and what a check found. */
import type { Store } from '../store.ts';
import type { Checked } from './messages.ts';

/** By receipt path. Absent: nobody here has looked yet. */
export type ProofStates = ReadonlyMap<string, ProofState>;

export type ProofState =
  | { readonly kind: 'checked'; readonly checked: Checked; readonly at: string }
  /** The check itself could not be made. */
  | { readonly kind: 'uncheckable'; readonly code: string; readonly why: string };

/** `verified`: checked here, every step held. `failed`: checked here, a step did not hold. */
export type MarkState = 'verified' | 'claimed' | 'unchecked' | 'failed';

export function markOf(state: ProofState | undefined, anchored: boolean): MarkState {
  if (state === undefined) return anchored ? 'claimed' : 'unchecked';
  if (state.kind === 'uncheckable') return 'unchecked';
  return state.checked.verdict === 'held' ? 'verified' : state.checked.verdict === 'failed' ? 'failed' : 'unchecked';
}

export function remember(store: Store<ProofStates>, receiptUrl: string, state: ProofState): void {
  store.set(new Map(store.get()).set(receiptUrl, state));
}
