/** A ledger's files, as engines see them: the newest state, one call that makes a block durable, and everything that was. */
import type { CodedError, Result } from '../../base/result.ts';
import type { Block } from '../../ledger/block/block.ts';
import type { Header } from '../../ledger/block/header.ts';
import type { BlockView, Head, TransactionView } from '../../ledger/client.ts';
import type { Execution } from '../../ledger/execution/execute-block.ts';
import type { LedgerState, LedgerStore } from '../../ledger/execution/ledger-state.ts';
import type { Genesis } from '../../ledger/genesis/genesis.ts';
import type { Recovery } from './recover.ts';
import type { Retain, RetentionStatus } from './pruning/retention.ts';
import type { SnapshotInfo } from './snapshots/snapshot.ts';
import type { Storage } from './blocks/storage.ts';

export interface DiskOptions {
  /** Where the ledger is (`createLedger`). */
  readonly directory: string;
  /** Heights whose state stays readable and provable, the head's included; default 20,000. */
  readonly retainHeights?: number;
  /**
   * Throw the index away and make it again from the block file, even where it remembers more than the file has: accepts that the blocks
   * beyond the file's end are lost.
   */
  readonly rebuildIndex?: boolean;
  /** Block files up to this size are read as a whole when the ledger is opened, larger ones from the index's newest block on; default 64 MiB. */
  readonly fullCheckBytes?: number;
  /** Blocks from one snapshot to the next, made by itself; default 0: only those that are asked for. */
  readonly snapshotEvery?: number;
  /** Snapshots that stay; default 3. */
  readonly keepSnapshots?: number;
  /** For how long blocks keep their transactions; default: for ever. */
  readonly retain?: Retain;
  /** Blocks that have to lose their transactions for the files to be written anew; default 1,000, and a quarter of those that keep them. */
  readonly pruneAtLeast?: number;
  /** How many have to say what they need (`keepFrom`) before anything is pruned; default 0. */
  readonly askBeforePruning?: number;
  /** Goes between the ledger and its block file (tests: disks that fail). */
  readonly wrapStorage?: (storage: Storage) => Storage;
}

export const diskDefaults = {
  retainHeights: 20_000,
  fullCheckBytes: 67_108_864,
  snapshotEvery: 0,
  keepSnapshots: 3,
  pruneAtLeast: 1_000,
  askBeforePruning: 0,
} as const;

/** What is kept of every block. */
export interface SealedHeader {
  readonly header: Header;
  readonly headerBytes: Uint8Array;
  readonly hash: Uint8Array;
  readonly seal: Uint8Array;
}

/** Place of a transaction in the transaction log as of some block: an RFC 9162 inclusion proof without the leaf. */
export interface LogInclusion {
  readonly size: number;
  readonly index: number;
  readonly path: readonly Uint8Array[];
}

/** What is not there throws: `engine.height-unknown`, `engine.height-pruned`, `engine.unknown-transaction`, `engine.block-corrupted`. */
export interface LedgerDisk {
  readonly genesis: Genesis;
  readonly directory: string;
  readonly recovery: Recovery;
  /** After the newest committed block. */
  readonly state: LedgerState;
  /** What `executeBlock` needs. */
  readonly store: LedgerStore;
  /** Why nothing more can be committed; undefined: it can. */
  readonly failure: CodedError | undefined;
  head(): Head;
  /**
   * The block on top of `state`, durable when it resolves (one append, one `fdatasync`) and readable from then on. After an error the files are
   * as they were, unless there is a `failure` now.
   */
  commit(execution: Execution, seal: Uint8Array): Promise<Result<void>>;
  /** Keeps what others said of a block; durable with the next `commit` or `flush` at the latest. Replaces an earlier one of that height. */
  attest(height: number, attestation: Uint8Array): Promise<void>;
  attestation(height: number): Promise<Uint8Array | undefined>;
  /**
   * A small note of the engine's own. Written behind the blocks and never ahead of them; gone when the index is made anew, so an engine has
   * to get along without.
   */
  note(name: string, value: Uint8Array): void;
  noted(name: string): Uint8Array | undefined;
  notes(): ReadonlyMap<string, Uint8Array>;
  /** The block with its transactions; `engine.block-pruned` when only its header is kept. */
  rawBlock(height: number): Promise<Block>;
  /** Header and seal: what receipts and proofs take. Stays when the transactions of old blocks are pruned. */
  sealedHeader(height: number): Promise<SealedHeader>;
  /** Of a pruned block: without transactions. */
  block(height: number): Promise<BlockView | undefined>;
  transaction(hash: Uint8Array): Promise<TransactionView | undefined>;
  transactionAt(logIndex: number): Promise<TransactionView | undefined>;
  /** The value of a state key at a height (default: the head's). */
  get(key: Uint8Array, height?: number): Promise<Uint8Array | undefined>;
  /** Height of the block that has the transaction at a position of the log. */
  heightOf(logIndex: number): number;
  /** In the log as of the block at `height`. */
  inclusion(logIndex: number, height: number): LogInclusion;
  /** The hash of a full subtree of the transaction log, complete at the head's size. */
  logNode(level: number, index: number): Uint8Array;
  /** A value of the state or its absence, with `encodeTreeProof`'s bytes. */
  proveTree(key: Uint8Array, height: number): { readonly value: Uint8Array | undefined; readonly tree: Uint8Array };
  /** The state after an earlier block; undefined when it is not kept. */
  stateAt(height: number): LedgerState | undefined;
  /** Those that can be handed out, newest first. */
  snapshots(): readonly SnapshotInfo[];
  /** Undefined when there is no such snapshot (any more) or chunk. */
  snapshotChunk(height: number, index: number): Promise<Uint8Array | undefined>;
  /** Makes one of the newest state, in slices between which blocks go on; older ones than the newest `keepSnapshots` go. */
  takeSnapshot(): Promise<Result<SnapshotInfo>>;
  /**
   * Oldest height whose transactions somebody above still needs, asked before each pruning until it is taken back. While it can't be told, nothing is
   * pruned.
   */
  keepFrom(ask: () => Promise<number>): () => void;
  readonly retention: RetentionStatus;
  /** Every block committed from now on, in order, until the signal aborts. */
  blocks(signal: AbortSignal): AsyncIterable<BlockView>;
  /** Everything committed so far is in the index on disk too when it resolves (it is durable in the block file before that). */
  flush(): Promise<void>;
  close(): Promise<void>;
}
