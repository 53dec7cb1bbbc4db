/**
 * For how long blocks keep their transactions here, where an operator limits it. Counted from the newest block, in blocks and by the times that
 * blocks say: no clock. What goes, and what stays, is in `prune.ts`.
 */
import { readOpen } from '../../../ledger/ballots/state.ts';
import type { EngineStatus } from '../../../ledger/engine-status.ts';
import { readProposal } from '../../../ledger/governance/state.ts';
import type { StateView } from '../../../ledger/module/rule.ts';

/** A block keeps its transactions while either says so. */
export interface Retain {
  /** Newest blocks. */
  readonly blocks?: number;
  /** Of the newest block's time. */
  readonly days?: number;
}

export type RetentionStatus = EngineStatus['retention'];

export interface Retained {
  /** The newest block. */
  readonly head: { readonly height: number; readonly time: number };
  /** The oldest one that is known of. */
  readonly first: number;
  readonly timeOf: (height: number) => number;
  /** After the newest block. */
  readonly state: StateView;
}

const DAY_MS = 86_400_000;

/** Newest block whose transactions may go; below `first`: none. Those since the oldest open proposal stay: whoever votes looks at what is proposed. */
export function prunableUpTo({ blocks = 0, days = 0 }: Retain, { head, first, timeOf, state }: Retained): number {
  // Whose voting period is over nobody votes on, noted or not.
  const open = readOpen(state).filter(({ until }) => until >= head.time);
  const proposed = open.map(({ number }) => readProposal(state, number)?.height ?? first);
  return Math.min(head.height - Math.max(1, blocks), lastBefore(head.time - days * DAY_MS), ...proposed.map((height) => height - 1));

  /** Times never run backwards. */
  function lastBefore(time: number): number {
    let [low, high] = [first - 1, head.height];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (timeOf(middle) <= time) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}
