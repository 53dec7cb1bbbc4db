import type { DiskOptions } from '../disk/ledger-disk.ts';
import type { BlockLimits, MempoolLimits } from './mempool.ts';

export interface EmbeddedOptions extends DiskOptions {
  /** 32-byte Ed25519 seed of the node key that the genesis names as proposer. */
  readonly nodeSeed: Uint8Array;
  /** How long a block waits for more transactions after the first; milliseconds, default 2. */
  readonly lingerMs?: number;
  /** Time from one block to the next, at least; milliseconds, default 0. */
  readonly blockIntervalMs?: number;
  /** Limits of the transactions that wait; default 20,000 and 64 MiB. */
  readonly mempool?: MempoolLimits;
  /** Limits of one block; default 4,000 transactions, 16,384 operations, 6 MiB. */
  readonly block?: BlockLimits;
  /** Milliseconds since 1970; default `Date.now`. */
  readonly now?: () => number;
}

export const defaults = {
  lingerMs: 2,
  blockIntervalMs: 0,
  mempool: { transactions: 20_000, bytes: 67_108_864 },
  block: { transactions: 4_000, operations: 16_384, bytes: 6_291_456 },
} as const;
