/** A block of the consensus, executed: which of its transactions the ledger takes, and the ledger's own block that comes of it, if any. */
import { utf8 } from '../../../base/bytes.ts';
import { codedError } from '../../../base/errors.ts';
import { CodedException, type Result } from '../../../base/result.ts';
import type { Steps } from '../../../base/steps.ts';
import { executingBlock, type Execution } from '../../../ledger/execution/execute-block.ts';
import { getValue } from '../../../ledger/state/tree.ts';
import type { CheckedTransaction } from '../../../ledger/transaction/check.ts';
import { consensusKeyAt } from '../../../ledger/validators/state.ts';
import type { LedgerState, LedgerStore } from '../../../ledger/execution/ledger-state.ts';
import { applicationErrors } from './errors.ts';

export interface ConsensusBlock {
  /** The engine's own height. */
  readonly height: number;
  /** Hash of the consensus header; empty: not known. */
  readonly hash: Uint8Array;
  readonly time: { readonly seconds: bigint; readonly nanos: number };
  /** First 20 bytes of SHA-256 of the proposer's key. */
  readonly proposerAddress: Uint8Array;
  readonly transactions: readonly Uint8Array[];
}

export interface ExecutedBlock {
  readonly block: ConsensusBlock;
  /** As many as the block has transactions. */
  readonly checked: readonly Result<CheckedTransaction>[];
  readonly results: readonly Result<{ readonly logIndex: number }>[];
  /** Undefined: nothing was accepted, the ledger stays as it is. */
  readonly execution: Execution | undefined;
}

/** On top of the newest block on the disk. Writes nothing. */
export function* executingConsensusBlock(
  state: LedgerState,
  store: LedgerStore,
  block: ConsensusBlock,
  checked: readonly Result<CheckedTransaction>[],
): Steps<ExecutedBlock> {
  const candidates = checked.flatMap((each) => (each.ok ? [each.value] : []));
  if (candidates.length === 0) return { block, checked, results: checked as ExecutedBlock['results'], execution: undefined };
  const execution = yield* executingBlock(state, store, candidates, { time: timeOf(state, block), proposer: proposerOf(state, store, block) });
  let next = 0;
  const results = checked.map((each) => (each.ok ? execution.results[next++]! : each));
  return { block, checked, results, execution: execution.accepted.length > 0 ? execution : undefined };
}

/** Whole milliseconds of the consensus time; the genesis of the ledger may be a little later than that of the consensus. */
function timeOf(state: LedgerState, { time: { seconds, nanos } }: ConsensusBlock): number {
  return Math.max(Number(seconds) * 1000 + Math.trunc(nanos / 1_000_000), state.time);
}

function proposerOf(state: LedgerState, store: LedgerStore, { height, proposerAddress }: ConsensusBlock): Uint8Array {
  const known = consensusKeyAt({ get: (key) => getValue(store.nodes, state.root, utf8(key)) }, proposerAddress);
  if (known) return known.key;
  throw new CodedException(
    codedError(applicationErrors, 'cometbft.out-of-order', { message: `The proposer of consensus block ${height} is no validator of this ledger.` }),
  );
}
