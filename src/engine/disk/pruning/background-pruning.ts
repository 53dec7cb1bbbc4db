/**
 * Prunes a ledger that goes on, as far as the operator lets it (`retention.ts`). Everything slow is done beside the ledger (`live-prune.ts`); the new
 * files take their place at the end of a commit, when no block is being executed and no snapshot made.
 */
import { utf8 } from '../../../base/bytes.ts';
import type { Head } from '../../../ledger/client.ts';
import type { LedgerState } from '../../../ledger/execution/ledger-state.ts';
import type { Genesis } from '../../../ledger/genesis/genesis.ts';
import { getValue, type NodeReader } from '../../../ledger/state/tree.ts';
import type { Base } from '../blocks/base.ts';
import type { BlockLog } from '../blocks/block-log.ts';
import { ioError } from '../errors.ts';
import { firstHeight } from '../blocks/history.ts';
import { noteKey } from '../index/index-entries.ts';
import type { IndexStore } from '../index/index-store.ts';
import { prunedFiles, settle, type PrunedFiles } from './live-prune.ts';
import { prunableUpTo, type Retain, type RetentionStatus } from './retention.ts';
import type { Storage } from '../blocks/storage.ts';

export interface PruningParts {
  readonly directory: string;
  readonly genesis: Genesis;
  readonly retain: Retain | undefined;
  /** Blocks that have to lose their transactions. */
  readonly atLeast: number;
  /** How many have to say what they need. */
  readonly askers: number;
  readonly now: () => {
    readonly head: Head;
    readonly state: LedgerState;
    readonly nodes: NodeReader;
    readonly storage: Storage;
    readonly index: IndexStore;
    readonly log: BlockLog;
    readonly base: Base | undefined;
  };
  /** Throws for a height that is not there. */
  readonly entry: (height: number) => { readonly time: number };
  readonly stateAt: (height: number) => LedgerState | undefined;
  /** Whether somebody reads the index over some time. */
  readonly isBusy: () => boolean;
  readonly replace: (storage: Storage, index: IndexStore, state: LedgerState) => void;
  /** Nothing more can be committed. */
  readonly fail: (cause: unknown) => void;
}

export interface BackgroundPruning {
  keepFrom(ask: () => Promise<number>): () => void;
  readonly status: RetentionStatus;
  /** No state may be forgotten now: one is being read. */
  readonly holdsStates: boolean;
  /** Heights whose states are kept: as many as it takes to prune to where the operator wants it, `least` in any case. */
  statesKept(least: number): number;
  /** At the end of each commit, before the next block. */
  committed(): Promise<void>;
  close(): Promise<void>;
}

/** Blocks from one look at what could go to the next. */
const LOOK_EVERY = 64;
const LARGER = 'the state that old blocks have left takes more room than their transactions';
/** Bytes of a block file that is pruned whatever comes of it. */
const SMALL = 8_388_608;
/** Reads of the old block file that are under way have ended by then. */
const CLOSE_AFTER_MS = 30_000;

export function backgroundPruning(parts: PruningParts): BackgroundPruning {
  const { directory, genesis, retain, atLeast, askers, now } = parts;
  const stopping = new AbortController();
  const asked = new Set<() => Promise<number>>();
  const retired = new Map<Storage, NodeJS.Timeout>();
  let wantedUpTo = retain === undefined ? 0 : wanted(retain);
  let lookAt = 0;
  let making: Promise<void> | undefined;
  let ready: PrunedFiles | undefined;
  let problem: string | undefined;
  /** Size of the block file. */
  let tryAgainAt = 0;

  return {
    keepFrom(ask) {
      asked.add(ask);
      return () => void asked.delete(ask);
    },
    get status() {
      return { retain, prunedUpTo: now().base?.height, problem };
    },
    get holdsStates() {
      return making !== undefined || ready !== undefined;
    },
    statesKept: (least) => (retain === undefined ? least : Math.max(least, now().head.height - wantedUpTo + 2 * LOOK_EVERY)),
    async committed() {
      if (retain === undefined || stopping.signal.aborted) return;
      if (ready && !making && !parts.isBusy()) await takeOver(ready);
      const { height } = now().head;
      if (making || ready || height < lookAt || asked.size < askers) return;
      lookAt = height + Math.min(LOOK_EVERY, atLeast);
      wantedUpTo = wanted(retain);
      making = make(wantedUpTo)
        .then(
          (made) => void ([ready, problem] = [made, undefined]),
          (cause: unknown) => void (problem = stopping.signal.aborted ? undefined : ioError(cause, 'pruning').message),
        )
        .finally(() => (making = undefined));
    },
    async close() {
      stopping.abort();
      await making;
      await ready?.discard();
      for (const [storage, timer] of retired) {
        clearTimeout(timer);
        await storage.close();
      }
    },
  };

  function wanted(limits: Retain): number {
    const { head, state, nodes, base } = now();
    return prunableUpTo(limits, {
      head,
      first: base?.first ?? firstHeight(genesis),
      timeOf: (height) => parts.entry(height).time,
      state: { get: (key) => getValue(nodes, state.root, utf8(key)) },
    });
  }

  /** Undefined: too little would go. */
  async function make(wantedNow: number): Promise<PrunedFiles | undefined> {
    const { base, head, nodes } = now();
    const needed = await Promise.all([...asked].map((ask) => ask()));
    const upTo = Math.min(wantedNow, ...needed.map((height) => height - 1));
    const first = base ? base.height + 1 : firstHeight(genesis);
    if (upTo - first + 1 < Math.max(atLeast, (head.height - upTo) / 4)) return undefined;
    const state = parts.stateAt(upTo);
    // It was forgotten before the operator wanted it kept: there will be one in time.
    if (!state) return undefined;
    if (now().storage.size() < tryAgainAt) throw new Error(LARGER);
    const made = await prunedFiles({ directory, genesis, nodes, state }, stopping.signal);
    const size = now().storage.size();
    if (made.bytes > size && size > SMALL) {
      tryAgainAt = 2 * size;
      await made.discard();
      throw new Error(LARGER);
    }
    try {
      // What comes meanwhile is followed beside the ledger too, so that little is left for the moment of the change.
      await made.follow();
      await made.follow();
    } catch (cause) {
      await made.discard();
      throw cause;
    }
    return made;
  }

  /** No block is being executed or written. */
  async function takeOver(made: PrunedFiles): Promise<void> {
    ready = undefined;
    const { storage, index, log } = now();
    try {
      do {
        await made.follow();
        await index.flush();
      } while (!made.isUpTo(storage.size()));
    } catch (cause) {
      problem = ioError(cause, 'pruning').message;
      return made.discard();
    }
    if (parts.isBusy()) {
      ready = made;
      return;
    }
    try {
      // From here on in one go.
      const notes = index.notes();
      const waiting = [...log.allWaiting()];
      index.closeNow();
      const placed = made.takePlace();
      parts.replace(placed.storage, placed.index, placed.state);
      for (const [height, attestation] of waiting) now().log.attest(height, attestation);
      await placed.index.apply(Array.from(notes, ([name, value]) => ({ key: noteKey(name), value })));
      retired.set(
        storage,
        setTimeout(() => {
          retired.delete(storage);
          void storage.close().catch(() => undefined);
        }, CLOSE_AFTER_MS).unref(),
      );
      await settle(directory);
    } catch (cause) {
      parts.fail(cause);
    }
  }
}
