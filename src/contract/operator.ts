/** JSON for whoever runs a node. Nothing in it is about health or a person. Times ISO 8601 in UTC, hashes and keys lower-case hex. */
import type { WitnessesView } from './witnesses.ts';

/** What can be wrong with a node or its network; each has a runbook in `docs/operations/runbooks/`. */
export type AlarmCode =
  | 'history-disputed'
  | 'split-view'
  | 'member-diverges'
  | 'validator-misbehaved'
  | 'ledger-halted'
  | 'consensus-slow'
  | 'validator-missing'
  | 'node-behind'
  | 'peers-lost'
  | 'mempool-full'
  | 'disk-low'
  | 'engine-restarting'
  | 'versions-differ'
  | 'witness-silent'
  | 'unwitnessed'
  | 'member-silent'
  | 'anchoring-stopped'
  | 'stored-data-damaged';

export interface Alarm {
  readonly code: AlarmCode;
  /** `harm`: something is lost, wrong or standing still. `attention`: it will be if nobody looks. */
  readonly severity: 'attention' | 'harm';
  readonly since: string;
  /** Whom or what it is about, by name; empty: this node. */
  readonly subjects: readonly string[];
  /** What the node knows about it, in sentences. */
  readonly details: readonly string[];
}

export interface OperatorMember {
  readonly id: string;
  readonly name: string;
  readonly status: string;
  /** Its newest anchor: when this node last heard of it over the ledger. */
  readonly anchored: { readonly height: number; readonly time: string } | null;
}

export interface OperatorValidator {
  readonly key: string;
  readonly organisation: string | null;
  readonly power: number;
  readonly missed: number;
  readonly commitsLookedAt: number;
  readonly lastSigned: { readonly height: number; readonly time: string } | null;
  readonly version: string | null;
}

/** `GET /operator/api/status` on every node (operator, privacy officer). */
export interface OperatorStatus {
  readonly time: string;
  readonly organisation: { readonly id: string; readonly name: string };
  readonly software: { readonly version: string; readonly runtime: string; readonly engine: 'embedded' | 'cometbft'; readonly engineVersion: string };
  readonly head: { readonly height: number; readonly time: string; readonly hash: string; readonly stateRoot: string; readonly logSize: number };
  /** Newest first. */
  readonly blocks: readonly { readonly height: number; readonly time: string; readonly transactions: number }[];
  readonly consensus: {
    readonly height: number;
    readonly round: number;
    readonly step: string;
    readonly lastCommit: string;
    readonly catchingUp: boolean;
  } | null;
  readonly mempool: { readonly transactions: number; readonly bytes: number; readonly limitTransactions: number; readonly limitBytes: number };
  readonly validators: readonly OperatorValidator[];
  readonly peers: readonly {
    readonly id: string;
    readonly name: string;
    readonly address: string;
    readonly version: string | null;
    readonly height: number | null;
  }[];
  readonly misbehaviour: readonly { readonly kind: string; readonly who: string; readonly height: number; readonly time: string }[];
  readonly disk: {
    readonly directory: string;
    readonly freeBytes: number;
    readonly totalBytes: number;
    readonly parts: readonly { readonly name: string; readonly bytes: number }[];
  };
  /** For how long transactions are kept here (null: for ever), and the newest block without (null: none). */
  readonly retention: {
    readonly blocks: number | null;
    readonly days: number | null;
    readonly prunedUpTo: number | null;
    readonly problem: string | null;
  };
  readonly processes: readonly { readonly name: string; readonly pid: number; readonly startedAt: string; readonly restarts: number }[];
  /** Why no more blocks are made; null: they are. */
  readonly failure: { readonly code: string; readonly message: string } | null;
  readonly members: readonly OperatorMember[];
  readonly witnesses: WitnessesView;
  readonly anchoring: {
    readonly intervalMs: number;
    readonly last: { readonly height: number; readonly time: string } | null;
    readonly problem: string | null;
  };
  /** The newest verification of what is stored; `holds` null: none yet. */
  readonly stored: { readonly holds: boolean | null; readonly findings: number; readonly finished: string | null };
  readonly residentBytes: number;
  /** The worst first. */
  readonly alarms: readonly Alarm[];
}
