/**
 * The consensus connection: proposals, and blocks that are decided. A block is executed once, as a rule while the validators still vote on it,
 * and nothing of it is written before Commit. Calls of all connections are taken in order, so that an engine that connects again never sees
 * a state that is about to change.
 */
import { toHex } from '../../../base/bytes.ts';
import { codedError } from '../../../base/errors.ts';
import { CodedException, fail, ok, unwrap, type Result } from '../../../base/result.ts';
import { appHash } from '../../../ledger/block/header.ts';
import { encodeConsensusSeal } from '../../../ledger/block/seal.ts';
import type { CheckedTransaction } from '../../../ledger/transaction/check.ts';
import type { AbciApplication } from '../../abci/application.ts';
import { ProposalStatus, type ExecTxResult } from '../../abci/codec.ts';
import type { LedgerDisk } from '../../disk/ledger-disk.ts';
import { noteConsensusHeight, type ConsensusHead } from './consensus-head.ts';
import { applicationErrors } from './errors.ts';
import { executingConsensusBlock, type ConsensusBlock, type ExecutedBlock } from './execute-consensus-block.ts';
import type { InOrder } from './in-order.ts';
import { inSlices } from './in-slices.ts';
import { initChain, updateOf } from './init-chain.ts';
import type { MisbehaviourLog } from './misbehaviour.ts';
import type { OnLedger } from './on-ledger.ts';
import { isAcceptableProposal, selectForProposal } from './proposals.ts';
import { ACCEPTED, refusalOf } from './refusal.ts';
import type { VerifiedTransactions } from './verified-transactions.ts';
import type { Waiters } from './waiters.ts';

type ConsensusMethods = Pick<AbciApplication, 'initChain' | 'prepareProposal' | 'processProposal' | 'finalizeBlock' | 'commit'>;

export interface Consensus extends ConsensusMethods {
  /** Committed. */
  readonly head: ConsensusHead;
}

export interface ConsensusParts {
  readonly disk: LedgerDisk;
  readonly store: OnLedger;
  readonly head: ConsensusHead;
  readonly verified: VerifiedTransactions;
  readonly waiters: Waiters;
  readonly misbehaviour: MisbehaviourLog;
  readonly inOrder: InOrder;
  /** Consensus height from which on the engine has to keep its blocks; 0: all. */
  readonly retainHeight: (head: ConsensusHead) => Promise<number>;
  /** Told of every height that is committed, whether or not it changed the ledger. */
  readonly onCommit: (head: ConsensusHead) => void;
}

export function consensus({ disk, store, verified, waiters, misbehaviour, inOrder, retainHeight, onCommit, ...initial }: ConsensusParts): Consensus {
  const isOnLedger = (hash: Uint8Array): boolean => store.hasTransaction(hash);
  let { head } = initial;
  /** Finalized, to be written at Commit. */
  let decided: ExecutedBlock | undefined;
  /** Executed while it was voted on. */
  let proposed: ExecutedBlock | undefined;

  return {
    get head() {
      return head;
    },

    initChain: (request) =>
      inOrder(async () => {
        if (head.height > 0) throw outOfOrder(`InitChain at consensus height ${head.height}`);
        return initChain(disk, request);
      }),

    prepareProposal: ({ txs, maxTxBytes }) =>
      inOrder(async () => {
        const selected = await selectForProposal(txs, Number(maxTxBytes), { check: verified.checkAll, isOnLedger });
        verified.expect(selected);
        return { txs: selected.map(({ value }) => value.bytes) };
      }),

    processProposal: (request) =>
      inOrder(async () => {
        const block = { ...blockOf(request), transactions: request.txs };
        const checked = await verified.checkAll(request.txs);
        verified.expect(checked);
        if (block.height !== head.height + 1 || !isAcceptableProposal(checked, isOnLedger)) return { status: ProposalStatus.REJECT };
        // The vote goes out first; the block is executed while the others’ votes come in.
        setImmediate(setImmediate, () => void inOrder(() => executeAhead(block, checked)));
        return { status: ProposalStatus.ACCEPT };
      }),

    finalizeBlock: (request) =>
      inOrder(async () => {
        const block = { ...blockOf(request), transactions: request.txs };
        if (block.height !== head.height + 1) throw outOfOrder(`FinalizeBlock ${block.height} after Commit ${head.height}`);
        decided = executedAhead(block) ?? (await inSlices(executingConsensusBlock(disk.state, store, block, await verified.checkAll(request.txs))));
        proposed = undefined;
        misbehaviour.add(request.misbehavior);
        const { execution, results } = decided;
        return {
          txResults: results.map((result) => (result.ok ? accepted : { ...accepted, ...refusalOf(result.error) })),
          validatorUpdates: (execution?.validatorUpdates ?? []).map(updateOf),
          appHash: execution ? appHash(execution.next.blockHash) : head.appHash,
        };
      }),

    commit: () =>
      inOrder(async () => {
        if (!decided) throw outOfOrder('Commit without FinalizeBlock');
        const { block, execution } = decided;
        if (execution) unwrap(await disk.commit(execution, encodeConsensusSeal(block.height)));
        else noteConsensusHeight(disk, block.height);
        const done = decided;
        decided = undefined;
        head = { height: block.height, changedAt: execution ? block.height : head.changedAt, appHash: disk.head().appHash };
        verified.forget(done.checked);
        store.added(execution?.accepted ?? []);
        answerWaiters(done);
        onCommit(head);
        return { retainHeight: BigInt(await retainHeight(head)) };
      }),
  };

  /** Nobody waits for it: what fails here fails again, and is said, when the block is decided. */
  async function executeAhead(block: ConsensusBlock, checked: readonly Result<CheckedTransaction>[]): Promise<void> {
    if (block.height !== head.height + 1 || executedAhead(block)) return;
    try {
      proposed = await inSlices(executingConsensusBlock(disk.state, store, block, checked));
    } catch {
      proposed = undefined;
    }
  }

  function executedAhead({ height, hash }: ConsensusBlock): ExecutedBlock | undefined {
    const isThis = proposed?.block.height === height && hash.length > 0 && toHex(proposed.block.hash) === toHex(hash);
    return isThis ? proposed : undefined;
  }

  function answerWaiters({ checked, results, execution }: ExecutedBlock): void {
    if (waiters.size === 0) return;
    for (const [index, each] of checked.entries()) {
      if (!each.ok) continue;
      const result = results[index]!;
      const { height, time } = execution?.header ?? disk.head();
      waiters.settle(each.value.hash, result.ok ? ok({ hash: each.value.hash, height, time, logIndex: result.value.logIndex }) : fail(result.error));
    }
    waiters.expire(disk.head().height);
  }
}

const NONE = new Uint8Array(0);

const accepted: ExecTxResult = { code: ACCEPTED, data: NONE, log: '', info: '', gasWanted: 0n, gasUsed: 0n, events: [], codespace: '' };

function blockOf({
  height,
  hash,
  time,
  proposerAddress,
}: {
  readonly height: bigint;
  readonly hash: Uint8Array;
  readonly time: ConsensusBlock['time'];
  readonly proposerAddress: Uint8Array;
}): Omit<ConsensusBlock, 'transactions'> {
  return { height: Number(height), hash, time, proposerAddress };
}

const outOfOrder = (what: string): CodedException =>
  new CodedException(codedError(applicationErrors, 'cometbft.out-of-order', { message: `The consensus engine is out of order: ${what}.` }));
