/**
 * The state machine: a state and transactions in, a block's header and everything that has to be stored out. No clock, no randomness,
 * no I/O: the same input gives the same bytes on every engine, in Node and in a browser.
 */
import { toHex } from '../../base/bytes.ts';
import { CodedException, fail, ok, type Result } from '../../base/result.ts';
import { finish, type Steps } from '../../base/steps.ts';
import { encodeHeader, headerHash, type Header } from '../block/header.ts';
import { stateView } from '../module/state-view.ts';
import { appendLeaves, emptyFrontier, frontierRoot } from '../proofs/merkle-log.ts';
import { rememberingReader } from '../state/remembering.ts';
import { stateRootOf } from '../state/tree.ts';
import { updatingState, type StateUpdate } from '../state/update.ts';
import type { CheckedTransaction } from '../transaction/check.ts';
import { transactionLeaf } from '../transaction/transaction.ts';
import { validatorUpdates, type ValidatorUpdate } from '../validators/updates.ts';
import { applyTransaction } from './apply-transaction.ts';
import { upgradeNeeded } from '../governance/protocol-version.ts';
import { draftOver, type Draft } from '../module/draft.ts';
import type { LedgerState, LedgerStore } from './ledger-state.ts';
import { sendersIn } from './senders.ts';

/** What the engine decides: when the block was made (milliseconds since 1970; never before the block before) and who made it. */
export interface Proposal {
  readonly time: number;
  /** Ed25519 key of the node. */
  readonly proposer: Uint8Array;
}

/** A full subtree of the transaction log that this block completed. */
export interface LogNode {
  readonly level: number;
  readonly index: number;
  readonly hash: Uint8Array;
}

export interface Execution {
  /** For each transaction handed in: its position in the transaction log, or why it was refused. */
  readonly results: readonly Result<{ readonly logIndex: number }>[];
  /** The block's transactions: those accepted. A refused one leaves no trace. */
  readonly accepted: readonly CheckedTransaction[];
  readonly header: Header;
  readonly headerBytes: Uint8Array;
  readonly stateUpdate: StateUpdate;
  readonly logNodes: readonly LogNode[];
  /** What the consensus has to learn of its validators, ordered by key. */
  readonly validatorUpdates: readonly ValidatorUpdate[];
  /** The state after the block. */
  readonly next: LedgerState;
}

/**
 * Throws a `RangeError` when the block would be made before the one before it, and a `CodedException` (`ledger.upgrade-needed`) when the
 * members decided for rules that this software does not know.
 */
export const executeBlock = (...block: Parameters<typeof executingBlock>): Execution => finish(executingBlock(...block));

/** The same in steps. State and store have to stay as they are until the last one. */
export function* executingBlock(
  state: LedgerState,
  store: LedgerStore,
  transactions: readonly CheckedTransaction[],
  proposal: Proposal,
): Steps<Execution> {
  if (proposal.time < state.time) throw new RangeError('a block is not made before the one before it');
  const context = { chainId: state.chainId, height: state.height + 1, time: proposal.time };
  const nodes = rememberingReader(store.nodes);
  const before = stateView(nodes, state.root);
  const outdated = upgradeNeeded(before, context.height);
  if (outdated) throw new CodedException(outdated);
  const draft = draftOver(before);

  const { results, accepted } = yield* applyAll(draft, transactions);
  const stateUpdate = yield* updatingState(nodes, state.root, context.height, before.writes(draft.writes));
  const { log, logNodes, txRoot } = appendToLog(state, accepted);
  return sealBlock(results, accepted, stateUpdate, logNodes);

  function* applyAll(block: Draft, candidates: readonly CheckedTransaction[]) {
    const outcomes: Result<{ readonly logIndex: number }>[] = [];
    const taken: CheckedTransaction[] = [];
    const inBlock = new Set<string>();
    const senders = sendersIn(block);
    for (const transaction of candidates) {
      const name = toHex(transaction.hash);
      const isReplay = (hash: Uint8Array): boolean => inBlock.has(name) || store.hasTransaction(hash);
      const error = applyTransaction(block, transaction, context, { senders, isReplay });
      yield;
      outcomes.push(error ? fail(error) : ok({ logIndex: state.log.size + taken.length }));
      if (error) continue;
      inBlock.add(name);
      taken.push(transaction);
    }
    return { results: outcomes, accepted: taken };
  }

  function sealBlock(
    outcomes: Execution['results'],
    taken: readonly CheckedTransaction[],
    update: StateUpdate,
    nodes: readonly LogNode[],
  ): Execution {
    const header: Header = {
      ...context,
      previousHash: state.blockHash,
      txRoot,
      txCount: taken.length,
      logSize: log.size,
      logRoot: frontierRoot(log),
      stateRoot: stateRootOf(update.root),
      proposer: proposal.proposer,
    };
    const headerBytes = encodeHeader(header);
    const next: LedgerState = { ...context, blockHash: headerHash(headerBytes), root: update.root, log };
    const validators = validatorUpdates(before, draft, draft.writes.keys());
    return { results: outcomes, accepted: taken, header, headerBytes, stateUpdate: update, logNodes: nodes, validatorUpdates: validators, next };
  }
}

function appendToLog(state: LedgerState, accepted: readonly CheckedTransaction[]) {
  const leaves = accepted.map((transaction) => transactionLeaf(transaction.hash));
  const logNodes: LogNode[] = [];
  const log = appendLeaves(state.log, leaves, (level, index, hash) => void logNodes.push({ level, index, hash }));
  return { log, logNodes, txRoot: frontierRoot(appendLeaves(emptyFrontier, leaves)) };
}
