/**
 * The chain of blocks whose transactions are not there: headers that name each other, transaction hashes that lead to their roots, seals. It may
 * lead through several ledgers, each of which goes on with the one before; what a block says is believed because the last one is.
 */
import { equalBytes } from '../../../base/bytes.ts';
import { codedError } from '../../../base/errors.ts';
import { fail, ok, type Result } from '../../../base/result.ts';
import { decodePrunedBlock, type PrunedBlock } from '../../../ledger/block/pruned-block.ts';
import { sealsOf } from '../../../ledger/block/seal.ts';
import type { LogNode } from '../../../ledger/execution/execute-block.ts';
import { decodeGenesis } from '../../../ledger/genesis/decode-genesis.ts';
import { encodeGenesis, genesisHash, type Genesis } from '../../../ledger/genesis/genesis.ts';
import { appendLeaves, emptyFrontier, frontierRoot, type Frontier } from '../../../ledger/proofs/merkle-log.ts';
import { transactionLeaf } from '../../../ledger/transaction/transaction.ts';
import { engineErrors } from '../errors.ts';

export interface HistoryBlock {
  readonly block: PrunedBlock;
  /** Full subtrees of the transaction log that it completed. */
  readonly logNodes: readonly LogNode[];
}

export interface History {
  /** The newest block so far. */
  readonly newest: PrunedBlock | undefined;
  /** The transaction log after it. */
  readonly log: Frontier;
  /** The genesis of a ledger that the blocks after it belong to, and that an own one goes on with. */
  genesis(bytes: Uint8Array): Result<void>;
  /** `engine.block-invalid` (data: height). */
  block(bytes: Uint8Array): Result<HistoryBlock>;
}

/** Height of a ledger's first block. */
export const firstHeight = ({ previous }: Genesis): number => (previous === null ? 0 : previous.height + 1);

/** `own`: the ledger's genesis. `first` and `log`: height of the first block, and the transaction log before it. */
export function readHistory(own: Genesis, first: number, log: Frontier): History {
  const known = new Map([[own.chainId, own]]);
  let newest: PrunedBlock | undefined;
  let frontier = log;

  return {
    get newest() {
      return newest;
    },
    get log() {
      return frontier;
    },
    genesis(bytes) {
      const decoded = decodeGenesis(bytes);
      if (!decoded.ok) return decoded;
      if (known.has(decoded.value.chainId)) return invalid(first, 'there are two geneses for one ledger');
      known.set(decoded.value.chainId, decoded.value);
      return ok(undefined);
    },
    block(bytes) {
      const decoded = decodePrunedBlock(bytes);
      if (!decoded.ok) return decoded;
      const block = decoded.value;
      const fault = faultOf(block);
      if (fault !== undefined) return invalid(block.header.height, fault);
      const leaves = block.transactions.map(transactionLeaf);
      const logNodes: LogNode[] = [];
      const after = appendLeaves(frontier, leaves, (level, index, hash) => void logNodes.push({ level, index, hash }));
      const rootsHold =
        equalBytes(frontierRoot(appendLeaves(emptyFrontier, leaves)), block.header.txRoot) &&
        after.size === block.header.logSize &&
        equalBytes(frontierRoot(after), block.header.logRoot);
      if (leaves.length !== block.header.txCount || !rootsHold)
        return invalid(block.header.height, 'its transactions are not the ones that its header speaks of');
      newest = block;
      frontier = after;
      return ok({ block, logNodes });
    },
  };

  function faultOf({ header, hash, seal }: PrunedBlock): string | undefined {
    const genesis = known.get(header.chainId);
    if (!genesis) return 'it is of another ledger';
    if (header.height !== (newest ? newest.header.height + 1 : first)) return 'another block should stand there';
    const unsealed = sealsOf(genesis)({ header, hash, seal });
    if (unsealed !== undefined) return unsealed;
    if (newest && header.time < newest.header.time) return 'its time is before the previous block’s';
    if (header.height === firstHeight(genesis)) return startFault(genesis, header.previousHash);
    if (newest && !(newest.header.chainId === header.chainId && equalBytes(header.previousHash, newest.hash)))
      return 'it does not name the block before it';
    return undefined;
  }

  /** The first block of a ledger names its genesis, which names the last block of the ledger before. */
  function startFault(genesis: Genesis, previousHash: Uint8Array): string | undefined {
    if (!equalBytes(previousHash, genesisHash(encodeGenesis(genesis)))) return 'it does not name its genesis';
    const { previous } = genesis;
    if (newest && !(previous && equalBytes(previous.headerHash, newest.hash))) return 'its genesis does not name the block before it';
    return undefined;
  }
}

const invalid = (height: number, why: string) =>
  fail(codedError(engineErrors, 'engine.block-invalid', { message: `Block ${height} does not hold: ${why}.`, data: { height } }));
