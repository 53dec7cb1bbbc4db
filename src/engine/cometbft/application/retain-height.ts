/**
 * What Commit tells the engine that it may forget. Where the operator limits how long transactions are kept, the engine's blocks go with the ledger's,
 * but none that is younger than evidence of a double signature counts and light clients trust. The engine itself keeps headers, votes and validators
 * for as long as its evidence counts.
 */
import { decodeConsensusSeal } from '../../../ledger/block/seal.ts';
import { firstHeight } from '../../disk/blocks/history.ts';
import type { LedgerDisk } from '../../disk/ledger-disk.ts';
import type { ConsensusHead } from './consensus-head.ts';
import { oldestSnapshot } from './snapshots.ts';

/** As long as evidence counts and a trusted block may be old (`genesis-file.ts`). */
const YOUNG_MS = 14 * 86_400_000;

/** Consensus height from which on the engine keeps its blocks; 0: all. `retainBlocks`: in its own heights, where the ledger has no limit. */
export function retainHeights(disk: LedgerDisk, retainBlocks: number | undefined): (head: ConsensusHead) => Promise<number> {
  let found: { readonly prunedUpTo: number; readonly height: number } | undefined;

  /** Consensus height of the oldest block with transactions, or of one that is young. */
  async function withLedger(): Promise<number> {
    const { prunedUpTo } = disk.retention;
    if (prunedUpTo === undefined) return 0;
    if (found?.prunedUpTo !== prunedUpTo) found = { prunedUpTo, height: await consensusHeightOf(Math.min(prunedUpTo + 1, await oldestYoung())) };
    return found.height;
  }

  async function oldestYoung(): Promise<number> {
    const head = disk.head();
    let [low, high] = [firstHeight(disk.genesis), head.height];
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      const { header } = await disk.sealedHeader(middle).catch(() => ({ header: { time: 0 } }));
      if (header.time > head.time - YOUNG_MS) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  async function consensusHeightOf(height: number): Promise<number> {
    const sealed = await disk.sealedHeader(height).catch(() => undefined);
    return (sealed && decodeConsensusSeal(sealed.seal)) ?? 0;
  }

  return async ({ height, changedAt }) => {
    const isLimited = disk.retention.retain !== undefined;
    if (!isLimited && retainBlocks === undefined) return 0;
    const wanted = isLimited ? await withLedger() : height - retainBlocks!;
    // Blocks after the newest that changed the ledger may have to be replayed, should the note of them be lost; those after a snapshot, by who joins.
    return Math.max(0, Math.min(wanted, changedAt, await oldestSnapshot(disk)));
  };
}
