/** What the page and its verification worker say to each other: plain data only. */
import type { StepState, Verdict } from '../../ledger/verify/report.ts';
import type { EvidenceKind, EvidenceStep } from '../../ledger/verify/evidence.ts';

export interface TrustAnchor {
  readonly chainId: string;
  /** Hash of the genesis that is believed, hexadecimal. */
  readonly genesisHash: string;
  /** What leads from there to today (a trust bundle); from anybody. */
  readonly bundle: Uint8Array;
}

/** A receipt of any kind. `content`: what it should be about, where it does not say so itself. */
export interface Question {
  readonly receipt: Uint8Array;
  readonly content?: Uint8Array;
  readonly trust?: TrustAnchor;
}

export type StepName = EvidenceStep;

export interface CheckedStep {
  readonly name: StepName;
  readonly title: string;
  readonly state: StepState;
  readonly detail: string;
}

/** A report of the ledger core, with hashes as hexadecimal text. */
export interface Checked {
  readonly kind: EvidenceKind;
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
    readonly validatorSignatures?: number;
    /** What a state receipt says, in plain words. */
    readonly sentence?: string;
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
