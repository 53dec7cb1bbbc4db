import { type Frontier } from '../proofs/merkle-log.ts';
import type { NodeReader, StateRef } from '../state/tree.ts';

/** Everything that the next block depends on. */
export interface LedgerState {
  readonly chainId: string;
  readonly height: number;
  readonly time: number;
  /** Header hash of the block at `height`. */
  readonly blockHash: Uint8Array;
  readonly root: StateRef;
  /** The transaction log. */
  readonly log: Frontier;
}

/** What is too large to hand over as a value: the nodes of the state tree, and whether a transaction is on the ledger already. */
export interface LedgerStore {
  readonly nodes: NodeReader;
  hasTransaction(hash: Uint8Array): boolean;
}
