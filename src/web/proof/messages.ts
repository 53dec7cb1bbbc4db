/** What the page and its verification worker say to each other: plain data only. */
import type { StepState, Verdict } from '../../ledger/verify/report.ts';
import type { EntryStep } from '../../ledger/verify/entry.ts';
import type { LedgerStep } from '../../ledger/verify/ledger.ts';

export interface TrustAnchor {
  readonly chainId: string;
  /** Ed25519 public key, hexadecimal. */
  readonly nodeKey: string;
}

export type Question =
  | { readonly kind: 'entry'; readonly receipt: Uint8Array; readonly content?: Uint8Array; readonly trust?: TrustAnchor }
  /** A transaction's receipt, with the transaction's bytes. */
  | { readonly kind: 'transaction'; readonly receipt: Uint8Array; readonly transaction: Uint8Array; readonly trust?: TrustAnchor };

export type StepName = EntryStep | LedgerStep;

export interface CheckedStep {
  readonly name: StepName;
  readonly title: string;
  readonly state: StepState;
  readonly detail: string;
}

/** A report of the ledger core, with hashes as hexadecimal text. */
export interface Checked {
  readonly verdict: Verdict;
  readonly steps: readonly CheckedStep[];
  readonly facts: {
    readonly organisation?: string;
    readonly batch?: number;
    readonly batchIndex?: number;
    readonly batchSize?: number;
    readonly contentHash?: string;
    readonly anchoredBy?: string;
    readonly chainId?: string;
    readonly height?: number;
    /** Milliseconds since 1970. */
    readonly blockTime?: number;
    readonly blockHash?: string;
    readonly transactionIndex?: number;
    readonly transactionHash?: string;
    readonly signedBy?: string;
  };
  /** How long the check took in the worker. */
  readonly tookMs: number;
}

export interface Asked {
  readonly id: number;
  readonly question: Question;
}

export interface Answered {
  readonly id: number;
  readonly checked?: Checked;
  readonly error?: string;
}
