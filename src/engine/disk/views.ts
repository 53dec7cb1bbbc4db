/** What the layers above are shown of a block and of a state. */
import { toHex } from '../../base/bytes.ts';
import type { Block } from '../../ledger/block/block.ts';
import type { PrunedBlock } from '../../ledger/block/pruned-block.ts';
import { appHash } from '../../ledger/block/header.ts';
import type { BlockView, Head } from '../../ledger/client.ts';
import type { LedgerState } from '../../ledger/execution/ledger-state.ts';
import { frontierRoot } from '../../ledger/proofs/merkle-log.ts';
import { stateRootOf } from '../../ledger/state/tree.ts';

export const prunedViewOf = (block: PrunedBlock, bytes: Uint8Array): BlockView => ({
  ...viewOf({ ...block, transactions: [], bytes }),
  pruned: true,
});

export function viewOf({ header, hash, transactions, bytes }: Pick<Block, 'header' | 'hash' | 'transactions' | 'bytes'>): BlockView {
  const { height, time, previousHash, stateRoot, logSize, logRoot, proposer } = header;
  return {
    height,
    time,
    hash,
    previousHash,
    appHash: appHash(hash),
    stateRoot,
    logSize,
    logRoot,
    proposer: toHex(proposer),
    transactions,
    bytes,
  };
}

export function headOf({ chainId, height, time, blockHash, root, log }: LedgerState): Head {
  return {
    chainId,
    height,
    time,
    blockHash,
    appHash: appHash(blockHash),
    stateRoot: stateRootOf(root),
    logSize: log.size,
    logRoot: frontierRoot(log),
  };
}
