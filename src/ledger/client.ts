/**
 * What the layers above may ask of the ledger, whatever engine orders it. One implementation per engine (`src/engine/*`), one
 * conformance suite over all of them.
 */
import type { Result } from '../base/result.ts';
import type { EngineStatus } from './engine-status.ts';

/** The newest committed block, in short. Hashes are 32 bytes; `time` is milliseconds since 1970 as the block's header says. */
export interface Head {
  readonly chainId: string;
  readonly height: number;
  readonly time: number;
  readonly blockHash: Uint8Array;
  readonly appHash: Uint8Array;
  readonly stateRoot: Uint8Array;
  /** Transactions accepted since genesis: the size of the transaction log (RFC 9162 tree). */
  readonly logSize: number;
  readonly logRoot: Uint8Array;
}

/** A transaction that is durable in a block. */
export interface Committed {
  readonly hash: Uint8Array;
  readonly height: number;
  /** Position in the transaction log, from 0. */
  readonly logIndex: number;
  /** The header's time of the block, milliseconds since 1970. */
  readonly time: number;
}

/** A decoded block as the explorer shows it; `bytes` is the block as stored and hashed. */
export interface BlockView {
  readonly height: number;
  readonly time: number;
  readonly hash: Uint8Array;
  readonly previousHash: Uint8Array;
  readonly appHash: Uint8Array;
  readonly stateRoot: Uint8Array;
  readonly logSize: number;
  readonly logRoot: Uint8Array;
  readonly proposer: string;
  readonly transactions: readonly Uint8Array[];
  readonly bytes: Uint8Array;
  /** The block is there without its transactions, which are not kept any more; `bytes` is the pruned block (`block/pruned-block.ts`). */
  readonly pruned?: true;
}

export interface TransactionView {
  readonly hash: Uint8Array;
  readonly height: number;
  readonly logIndex: number;
  readonly bytes: Uint8Array;
}

/** A value of the state, or its proven absence, at a height. Proof bytes: `docs/protocol/`. */
export interface StateProof {
  readonly height: number;
  readonly value: Uint8Array | undefined;
  readonly proof: Uint8Array;
}

export interface LedgerClient {
  readonly chainId: string;
  head(): Head;
  /**
   * Resolves when the transaction is durable in a block (`ok`), or with the code for which it was refused
   * (`ledger.*`): nothing of a refused transaction is in the state.
   */
  submit(transaction: Uint8Array): Promise<Result<Committed>>;
  block(height: number): Promise<BlockView | undefined>;
  /** Rejects with `engine.block-pruned` when the ledger has it, but not its bytes any more. */
  transaction(hash: Uint8Array): Promise<TransactionView | undefined>;
  transactionAt(logIndex: number): Promise<TransactionView | undefined>;
  /** The value of a state key at a height (default: the head's). */
  get(key: Uint8Array, height?: number): Promise<Uint8Array | undefined>;
  /**
   * A ledger receipt for one transaction: COSE Receipt (RFC 9942) of its inclusion in the transaction log, the block header that
   * carries the log's root, and the block attestation. The encoded parts of `docs/protocol/receipts.md`.
   */
  receipt(logIndex: number): Promise<Uint8Array>;
  prove(key: Uint8Array, height?: number): Promise<StateProof>;
  /**
   * What somebody needs to check receipts of this ledger without it: its genesis, the changes of its validators, the ledger that it continues
   * (`docs/protocol/trust.md`).
   */
  trustBundle(): Promise<Uint8Array>;
  /**
   * The hash of a full subtree of the transaction log, complete at the head's size (`proofs/merkle-log.ts`): roots, consistency paths and
   * tiles of any size follow from these. Throws a coded error where it is not kept (before a snapshot).
   */
  logNode(level: number, index: number): Uint8Array;
  /**
   * `ask` gives the oldest height whose transactions somebody still needs here; it is asked before old ones are taken away, until the returned function
   * takes it back. While it rejects, none are taken away.
   */
  keepFrom?(ask: () => Promise<number>): () => void;
  /** How the engine is doing, for its operator; asked for now and then, not for every request. */
  engine(): Promise<EngineStatus>;
  /** Every block committed from now on, in order, until the signal aborts. */
  blocks(signal: AbortSignal): AsyncIterable<BlockView>;
  close(): Promise<void>;
}
