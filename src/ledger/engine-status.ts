/**
 * How the engine behind a `LedgerClient` is doing: what an operator watches. Every engine fills the same shape; what an engine does not
 * have is an empty list or undefined, never an invented number. Nothing here is agreed on by consensus, and nothing is proven.
 */
import type { CodedError } from '../base/result.ts';

/** A validator as this node sees it. Keys are 32-byte Ed25519 public keys. */
export interface ValidatorStatus {
  readonly key: Uint8Array;
  /** Id of the member that runs it; undefined when the ledger does not say. */
  readonly organisation: string | undefined;
  readonly power: number;
  /** Of the newest commits that this node looked at (`commitsLookedAt`), how many lack this validator's signature. */
  readonly missed: number;
  readonly commitsLookedAt: number;
  /** Consensus height and time (milliseconds since 1970) of the newest commit with its signature; undefined: none of those looked at. */
  readonly lastSigned: { readonly height: number; readonly time: number } | undefined;
  /** Version of the software that it runs, as far as it is known. */
  readonly version: string | undefined;
}

/** A node that this one is connected to. */
export interface PeerStatus {
  readonly id: string;
  /** Its name for people (the engine's moniker, an organisation's id). */
  readonly name: string;
  readonly address: string;
  readonly version: string | undefined;
  /** Consensus height that it says it has; undefined: it does not say. */
  readonly height: number | undefined;
}

/** What a validator did against the rules, as the engine proves it (`kind` in its words, lower case with hyphens) or as this node saw it itself (`wrong-app-hash`). */
export interface Misbehaviour {
  readonly kind: 'duplicate-vote' | 'light-client-attack' | 'wrong-app-hash' | (string & {});
  readonly key: Uint8Array;
  readonly organisation: string | undefined;
  /** Consensus height at which it did it, and when; milliseconds since 1970. */
  readonly height: number;
  readonly time: number;
}

export interface EngineStatus {
  readonly engine: 'embedded' | 'cometbft';
  /** Of the program that orders the transactions. */
  readonly version: string;
  /** Where consensus stands, heights being the engine's own; undefined where one node decides alone. */
  readonly consensus:
    | {
        readonly height: number;
        readonly round: number;
        /** The step of the round in the engine's words: `propose`, `prevote`, `precommit`, `commit`, … */
        readonly step: string;
        /** When the newest block was committed; milliseconds since 1970. */
        readonly lastCommit: number;
        /** Whether this node is still fetching blocks that the others have. */
        readonly catchingUp: boolean;
      }
    | undefined;
  /** What waits to be ordered. Limits: beyond them the engine answers `engine.busy`. */
  readonly mempool: {
    readonly transactions: number;
    readonly bytes: number;
    readonly limitTransactions: number;
    readonly limitBytes: number;
  };
  readonly validators: readonly ValidatorStatus[];
  readonly peers: readonly PeerStatus[];
  /** Newest first, at most 100. */
  readonly misbehaviour: readonly Misbehaviour[];
  /** The file system that holds the ledger, and what of it is the ledger's, by part (`blocks`, `index`, `engine`, …); bytes. */
  readonly disk: {
    readonly directory: string;
    readonly freeBytes: number;
    readonly totalBytes: number;
    readonly parts: readonly { readonly name: string; readonly bytes: number }[];
  };
  /** For how long blocks keep their transactions here, and how far they were taken away. */
  readonly retention: {
    /** A block keeps them while either says so; undefined: for ever. Days count back from the newest block's time. */
    readonly retain: { readonly blocks?: number; readonly days?: number } | undefined;
    /** Newest block without transactions; undefined: there is none. */
    readonly prunedUpTo: number | undefined;
    /** Why the last attempt to take some away came to nothing; undefined: it did not. */
    readonly problem: string | undefined;
  };
  /** Process numbers of what this node runs for the ledger beside itself. */
  readonly processes: readonly { readonly name: string; readonly pid: number; readonly startedAt: number; readonly restarts: number }[];
  /** Why no more blocks are made; undefined: they are, as far as this node knows. */
  readonly failure: CodedError | undefined;
}
