/** The sandbox's ledger read from its block file: every block executed again, and its transactions for whoever compares with them. */
import type { LedgerHistory } from '../anchoring/ledger-anchors.ts';
import { verifyBlocks, type BlocksReport } from '../engine/disk/verify-blocks.ts';
import type { Head, TransactionView } from '../ledger/client.ts';
import { appHash, headerHash } from '../ledger/block/header.ts';
import type { Execution } from '../ledger/execution/execute-block.ts';
import type { NodeTrust } from '../ledger/attestation/trust.ts';
import type { BlockFacts } from '../witness/compare.ts';
import { isOnValidators, ledgerDirectory } from './ledger.ts';

/** An organisation's own, where each has one. */
export const checkBlocks = (dataDirectory: string, organisation: string): Promise<BlocksReport> =>
  verifyBlocks({ directory: ledgerDirectory(dataDirectory, organisation) });

/** Where validators order, no one node makes the blocks. */
const proposerOf = (dataDirectory: string, { nodeKey }: NodeTrust): Uint8Array => (isOnValidators(dataDirectory) ? new Uint8Array(0) : nodeKey);

export interface CheckedLedger {
  readonly report: BlocksReport;
  readonly history: LedgerHistory | undefined;
  /** Of a block that holds. */
  readonly block: (height: number) => BlockFacts | undefined;
}

/** The same, with the history up to the last block that holds. */
export async function readLedger(dataDirectory: string, trust: NodeTrust | undefined): Promise<CheckedLedger> {
  const transactions: TransactionView[] = [];
  const times: number[] = [];
  const blocks: BlockFacts[] = [];
  let newest: Execution | undefined;
  const report = await verifyBlocks({
    directory: ledgerDirectory(dataDirectory),
    ...(trust === undefined ? {} : { trust: { chainId: trust.chainId, proposer: proposerOf(dataDirectory, trust) } }),
    onBlock(height, execution) {
      times[height] = execution.header.time;
      const { logSize, logRoot, txCount } = execution.header;
      blocks[height] = { hash: execution.next.blockHash, logSize, logRoot };
      // Where old blocks are pruned the first positions stay empty.
      for (const [at, { hash, bytes }] of execution.accepted.entries()) {
        const logIndex = logSize - txCount + at;
        transactions[logIndex] = { hash, bytes, height, logIndex };
      }
      newest = execution;
    },
  });
  return { report, history: newest && historyOf(newest, transactions, times), block: (height) => blocks[height] };
}

function historyOf({ header, headerBytes }: Execution, transactions: readonly TransactionView[], times: readonly number[]): LedgerHistory {
  const { chainId, height, time, stateRoot, logSize, logRoot } = header;
  const head: Head = {
    chainId,
    height,
    time,
    stateRoot,
    logSize,
    logRoot,
    blockHash: headerHash(headerBytes),
    appHash: appHash(headerHash(headerBytes)),
  };
  return {
    head: () => head,
    transactionAt: (logIndex) => Promise.resolve(transactions[logIndex]),
    block: (at) => Promise.resolve(times[at] === undefined ? undefined : { time: times[at] }),
  };
}
