/**
 * Snapshots: the state after one block in chunks, with what the next blocks need of the history. Whoever has the block's header hash from
 * elsewhere can take one from anybody: chunks are checked one by one, and the whole against the header.
 */
import type { Result } from '../../../base/result.ts';
import type { Header } from '../../../ledger/block/header.ts';

/** A snapshot that can be handed out. */
export interface SnapshotInfo {
  /** Ledger height of the block after which it is the state. */
  readonly height: number;
  /** Header hash of that block. */
  readonly blockHash: Uint8Array;
  /** Names height, header and the hash of every chunk; the same bytes on every node. */
  readonly manifest: Uint8Array;
  /** SHA-256 of the manifest. */
  readonly hash: Uint8Array;
  readonly chunks: number;
}

/** The receiving side: chunks in any order, each refused by itself when it is not the one that the manifest names. */
export interface SnapshotReceiver {
  readonly height: number;
  /** SHA-256("careledger/header/1" ‖ header) as the manifest has it: to be compared with what is trusted before any chunk is fetched. */
  readonly blockHash: Uint8Array;
  readonly chunks: number;
  /** Indexes that have not arrived yet, in order. */
  missing(): readonly number[];
  /** `engine.snapshot-corrupted` (data: chunk). Durable only with `finish`. */
  add(index: number, chunk: Uint8Array): Promise<Result<void>>;
  /**
   * Recomputes state root, log root and header chain, and makes the ledger's files; `openLedgerDisk` opens them then. `engine.snapshot-incomplete`,
   * `engine.snapshot-corrupted` (the parts are those of the manifest, but the manifest contradicts the header).
   */
  finish(): Promise<Result<Header>>;
  /** Throws what has arrived away. */
  abort(): Promise<void>;
}
