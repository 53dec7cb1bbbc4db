/**
 * The ledger as CometBFT's application. `abci` is what an ABCI server serves; the rest is for the same process: whoever submits a transaction
 * checks it first (`check`), begins to wait (`decided`), then hands it to the engine, and learns what became of it when that is durable.
 */
import { codedError } from '../../../base/errors.ts';
import { ok, type Result } from '../../../base/result.ts';
import type { Committed } from '../../../ledger/client.ts';
import type { Misbehaviour } from '../../../ledger/engine-status.ts';
import type { AbciApplication } from '../../abci/application.ts';
import { engineErrors } from '../../disk/errors.ts';
import type { LedgerDisk } from '../../disk/ledger-disk.ts';
import { signatureVerifier } from '../../disk/signatures.ts';
import type { Suspicion } from '../suspicion.ts';
import { admission } from './admission.ts';
import { consensus } from './consensus.ts';
import { readConsensusHead, type ConsensusHead } from './consensus-head.ts';
import { inOrder } from './in-order.ts';
import { misbehaviourLog } from './misbehaviour.ts';
import { onLedger } from './on-ledger.ts';
import { queries } from './query.ts';
import { refusalOf } from './refusal.ts';
import { retainHeights } from './retain-height.ts';
import { alreadyHere, handedOut } from './snapshots.ts';
import { verifiedTransactions } from './verified-transactions.ts';
import { waiters, type Awaited } from './waiters.ts';

export interface ApplicationOptions {
  /** Blocks that the engine keeps behind the head, in consensus heights, where the disk has no limit of its own; default: all. */
  readonly retainBlocks?: number;
  /** Transactions of this process that may wait to be decided; default 50,000. Beyond: `engine.busy`. */
  readonly waiting?: number;
  /** Told of every consensus height that is committed, also of those that leave the ledger as it is. */
  readonly onCommit?: (head: ConsensusHead) => void;
}

export interface LedgerApplication {
  readonly abci: AbciApplication;
  /** The newest committed height of the consensus, and the app hash after it. */
  readonly consensus: ConsensusHead;
  /** Newest first, at most 100. */
  readonly misbehaviour: readonly Misbehaviour[];
  /** Keeps what this node saw itself; answers with what was not known yet. */
  suspect(seen: readonly Suspicion[]): readonly Misbehaviour[];
  /** What CheckTx says, without the engine in between. What is verified here is not verified again. */
  check(transaction: Uint8Array): Promise<Result<Awaited>>;
  /**
   * Resolves when the transaction is durable in a block, or was refused by one, or can't be in one any more (`ledger.expired`);
   * `engine.busy`, `engine.closed`. Asked for before the transaction goes to the engine, so that no answer is missed.
   */
  decided(awaited: Awaited): Promise<Result<Committed>>;
  /** Those who still wait are answered with `engine.closed`. The server is closed before, the disk after. */
  close(): void;
}

export async function ledgerApplication(disk: LedgerDisk, options: ApplicationOptions = {}): Promise<LedgerApplication> {
  const order = inOrder();
  const verified = verifiedTransactions(disk.genesis.chainId, signatureVerifier());
  const waiting = waiters(options.waiting ?? 50_000);
  const misbehaviour = misbehaviourLog(disk);
  const store = onLedger(disk.store);
  const admit = admission(disk, store, verified);
  const blocks = consensus({
    disk,
    store,
    head: await readConsensusHead(disk),
    verified,
    waiters: waiting,
    misbehaviour,
    inOrder: order,
    retainHeight: retainHeights(disk, options.retainBlocks),
    onCommit: (head) => options.onCommit?.(head),
  });
  const query = queries(disk, () => blocks.head.height);

  return {
    get consensus() {
      return blocks.head;
    },
    get misbehaviour() {
      return misbehaviour.list;
    },
    suspect: misbehaviour.addSeen,

    async check(transaction) {
      const admitted = await admit(transaction);
      return admitted.ok ? ok({ hash: admitted.value.hash, expiryHeight: admitted.value.expiryHeight }) : admitted;
    },
    decided: waiting.wait,
    close: () => waiting.failAll(codedError(engineErrors, 'engine.closed')),

    abci: {
      // Behind a Commit that is under way: an engine that connects again must not be told less than what is about to be on the disk.
      info: () =>
        order(async () => ({ data: disk.genesis.chainId, lastBlockHeight: BigInt(blocks.head.height), lastBlockAppHash: blocks.head.appHash })),
      query,

      async checkTx({ tx }) {
        const admitted = await admit(tx);
        return admitted.ok ? {} : refusalOf(admitted.error);
      },

      initChain: blocks.initChain,
      prepareProposal: blocks.prepareProposal,
      processProposal: blocks.processProposal,
      finalizeBlock: blocks.finalizeBlock,
      commit: blocks.commit,

      ...handedOut(disk, () => blocks.head.height),
      ...alreadyHere(() => blocks.head),
    },
  };
}
