import type { BlockLimits, MempoolLimits } from './mempool.ts';
import type { Storage } from './storage.ts';

export interface EmbeddedOptions {
  /** Where the ledger is (`createGenesis`). */
  readonly directory: string;
  /** 32-byte Ed25519 seed of the node key that the genesis names as proposer. */
  readonly nodeSeed: Uint8Array;
  /** How long a block waits for more transactions after the first; milliseconds, default 2. */
  readonly lingerMs?: number;
  /** Time from one block to the next, at least; milliseconds, default 0. */
  readonly blockIntervalMs?: number;
  /** Heights whose state stays readable and provable, the head's included; default 20,000. Blocks and transactions stay for ever. */
  readonly retainHeights?: number;
  /** Limits of the transactions that wait; default 20,000 and 64 MiB. */
  readonly mempool?: MempoolLimits;
  /** Limits of one block; default 2,000 transactions, 8,192 operations, 4 MiB. */
  readonly block?: BlockLimits;
  /**
   * Throw the index away and make it again from the block file, even where it remembers more than the file has: accepts that the blocks
   * beyond the file's end are lost.
   */
  readonly rebuildIndex?: boolean;
  /** Block files up to this size are read as a whole when the ledger is opened, larger ones from the index's newest block on; default 64 MiB. */
  readonly fullCheckBytes?: number;
  /** Milliseconds since 1970; default `Date.now`. */
  readonly now?: () => number;
  /** Goes between the engine and its block file (tests: disks that fail). */
  readonly wrapStorage?: (storage: Storage) => Storage;
}

export const defaults = {
  lingerMs: 2,
  blockIntervalMs: 0,
  retainHeights: 20_000,
  fullCheckBytes: 67_108_864,
  mempool: { transactions: 20_000, bytes: 67_108_864 },
  block: { transactions: 2_000, operations: 8_192, bytes: 4_194_304 },
} as const;
