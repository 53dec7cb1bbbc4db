/** The embedded engine as an operator sees it: one node decides, so there is no consensus, no peer and one maker of blocks. */
import type { CodedError } from '../../base/result.ts';
import type { EngineStatus } from '../../ledger/engine-status.ts';
import { BLOCK_FILE } from '../disk/blocks/block-file.ts';
import { INDEX_FOLDER } from '../disk/index/index-store.ts';
import type { LedgerDisk } from '../disk/ledger-disk.ts';
import { diskUsage } from '../disk/usage.ts';
import type { Mempool, MempoolLimits } from './mempool.ts';

/** Version of the engine's own behaviour; it has no releases of its own. */
const VERSION = '1';

export async function embeddedStatus(
  disk: LedgerDisk,
  mempool: Mempool,
  limits: MempoolLimits,
  failure: CodedError | undefined,
): Promise<EngineStatus> {
  const { height, time } = disk.head();
  return {
    engine: 'embedded',
    version: VERSION,
    consensus: undefined,
    mempool: { ...mempool.reserved(), limitTransactions: limits.transactions, limitBytes: limits.bytes },
    validators: [
      {
        key: disk.genesis.proposer,
        organisation: undefined,
        power: 1,
        missed: 0,
        commitsLookedAt: height,
        lastSigned: { height, time },
        version: VERSION,
      },
    ],
    peers: [],
    misbehaviour: [],
    disk: await diskUsage(disk.directory, { blocks: BLOCK_FILE, index: INDEX_FOLDER }),
    retention: disk.retention,
    processes: [],
    failure: failure ?? disk.failure,
  };
}
