/** Snapshots for nodes that join: handed out as the disk has them, under the consensus height at which the ledger was in that state. */
import { equalBytes } from '../../../base/bytes.ts';
import { decodeConsensusSeal } from '../../../ledger/block/seal.ts';
import type { AbciApplication } from '../../abci/application.ts';
import { ApplySnapshotChunkResult, OfferSnapshotResult, type Snapshot } from '../../abci/codec.ts';
import type { LedgerDisk } from '../../disk/ledger-disk.ts';
import type { SnapshotInfo } from '../../disk/snapshots/snapshot.ts';
import type { ConsensusHead } from './consensus-head.ts';

/** Of the chunks and the manifest; a node refuses what it does not know. */
export const SNAPSHOT_FORMAT = 1;

/** Whoever joins verifies the headers of the two heights after a snapshot's: before they are there, it is of no use. */
const HEIGHTS_AFTER = 2;

const OFFERED = 8;

async function consensusHeightOf(disk: LedgerDisk, { height }: SnapshotInfo): Promise<number> {
  return decodeConsensusSeal((await disk.sealedHeader(height)).seal) ?? 0;
}

/** Consensus height of the oldest snapshot that is kept: whoever joins from it needs the engine's blocks after it. Infinity: there is none. */
export async function oldestSnapshot(disk: LedgerDisk): Promise<number> {
  const oldest = disk.snapshots().at(-1);
  return oldest ? consensusHeightOf(disk, oldest) : Infinity;
}

export function handedOut(disk: LedgerDisk, consensusHeight: () => number): Pick<AbciApplication, 'listSnapshots' | 'loadSnapshotChunk'> {
  return {
    async listSnapshots() {
      const snapshots: Snapshot[] = [];
      for (const info of disk.snapshots().slice(0, OFFERED)) {
        const height = await consensusHeightOf(disk, info);
        if (height === 0 || height + HEIGHTS_AFTER > consensusHeight()) continue;
        snapshots.push({ height: BigInt(height), format: SNAPSHOT_FORMAT, chunks: info.chunks, hash: info.hash, metadata: info.manifest });
      }
      return { snapshots };
    },

    async loadSnapshotChunk({ height, format, chunk }) {
      if (format !== SNAPSHOT_FORMAT) return {};
      for (const info of disk.snapshots()) {
        if (BigInt(await consensusHeightOf(disk, info)) !== height) continue;
        return { chunk: (await disk.snapshotChunk(info.height, chunk)) ?? new Uint8Array(0) };
      }
      return {};
    },
  };
}

/**
 * A node that has its ledger takes no other one. It may have died between having a snapshot and the engine's knowing of it: then the same one is
 * offered again, and is there already.
 */
export function alreadyHere(head: () => ConsensusHead): Pick<AbciApplication, 'offerSnapshot' | 'applySnapshotChunk'> {
  let isHere = false;
  return {
    async offerSnapshot({ snapshot, appHash }) {
      const { height, changedAt, appHash: own } = head();
      isHere = height === changedAt && snapshot?.height === BigInt(height) && equalBytes(appHash, own);
      return { result: isHere ? OfferSnapshotResult.ACCEPT : OfferSnapshotResult.REJECT };
    },
    applySnapshotChunk: async () => ({ result: isHere ? ApplySnapshotChunkResult.ACCEPT : ApplySnapshotChunkResult.ABORT }),
  };
}
