/** The newest block of the consensus that this ledger has: what Info answers. */
import { fromUtf8, utf8 } from '../../../base/bytes.ts';
import { decodeConsensusSeal } from '../../../ledger/block/seal.ts';
import type { LedgerDisk } from '../../disk/ledger-disk.ts';

export interface ConsensusHead {
  /** Height in the consensus, never below the ledger's own; 0: nothing yet. */
  readonly height: number;
  /** Of the newest consensus block that changed the ledger. */
  readonly changedAt: number;
  readonly appHash: Uint8Array;
}

const NOTE = 'consensus height';

/**
 * As it lies on the disk. The newest block's seal says where it was in the consensus; blocks after it that changed nothing are in a note, which
 * may be lost: then the engine replays them, and they change nothing again.
 */
export async function readConsensusHead(disk: LedgerDisk): Promise<ConsensusHead> {
  const { height, appHash } = disk.head();
  const changedAt = decodeConsensusSeal((await disk.sealedHeader(height)).seal) ?? 0;
  const noted = disk.noted(NOTE);
  return { height: Math.max(changedAt, noted ? Number(fromUtf8(noted)) : 0), changedAt, appHash };
}

export const noteConsensusHeight = (disk: LedgerDisk, height: number): void => disk.note(NOTE, utf8(String(height)));
