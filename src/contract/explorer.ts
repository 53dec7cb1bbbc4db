/** JSON of the explorer API: `GET /explorer/api/...` on the hub and on every node; public to members. Hashes are lower-case hex. */

export interface BlockSummary {
  readonly height: number;
  readonly time: string;
  readonly hash: string;
  readonly transactions: number;
  readonly operations: number;
  /** Its transactions are not kept here any more, or never were: nothing is said of how many they are. */
  readonly pruned: boolean;
  readonly proposer: string;
  readonly bytes: number;
}

/** `GET /explorer/api/blocks?before=&limit=` → `{ blocks, head }` */
export interface BlockList {
  readonly head: number;
  readonly blocks: readonly BlockSummary[];
}

export interface DecodedOperation {
  /** Ledger module: `membership`, `anchors`, `grants`. */
  readonly module: string;
  readonly action: string;
  /** One plain sentence: "City Hospital anchored its log: batch 1,480". */
  readonly sentence: string;
  /** Every field with its class from the ledger's schema (random, commitment, key, counter, time, member, proof, …). */
  readonly fields: readonly { readonly name: string; readonly class: string; readonly value: string }[];
}

/** `GET /explorer/api/blocks/:height` */
export interface BlockDetail extends BlockSummary {
  readonly previousHash: string;
  readonly appHash: string;
  readonly stateRoot: string;
  readonly logRoot: string;
  readonly logSize: number;
  /** Of the one node that makes the blocks; empty where validators do. */
  readonly signature: string;
  /** Where validators make the blocks: the block's height in their consensus. */
  readonly consensusHeight: number | null;
  readonly list: readonly TransactionSummary[];
}

export interface TransactionSummary {
  readonly hash: string;
  readonly height: number;
  readonly logIndex: number;
  readonly time: string;
  readonly sender: { readonly id: string; readonly name: string };
  readonly bytes: number;
  readonly operations: readonly DecodedOperation[];
}

/** `GET /explorer/api/transactions/:hash`; receipt: `GET /explorer/api/transactions/:hash/receipt` (CBOR); bytes: `…/raw`. */
export interface TransactionDetail extends TransactionSummary {
  readonly expiryHeight: number;
  readonly signature: string;
}

/** `GET /explorer/api/organisations` → `{ organisations: MemberSummary[] }`; `…/organisations/:id` → `MemberDetail`. */
export interface MemberSummary {
  readonly id: string;
  readonly name: string;
  readonly kind: string;
  readonly status: 'active' | 'suspended' | 'left';
  readonly admittedAt: number;
  readonly signingKey: string;
  /** The newest batch that it has committed to. */
  readonly lastAnchor: { readonly height: number; readonly time: string; readonly number: number; readonly commitment: string } | null;
}

export interface MemberDetail extends MemberSummary {
  /** What happened to its membership and keys, newest first. */
  readonly history: readonly {
    readonly event: 'admitted' | 'keys-rotated' | 'suspended' | 'reinstated' | 'left';
    readonly height: number;
    readonly time: string;
    readonly signingKey: string;
  }[];
  readonly hpkeKey: string;
  readonly tlsKey: string;
  readonly anchors: readonly {
    readonly height: number;
    readonly time: string;
    readonly number: number;
    readonly commitment: string;
    readonly transaction: string;
  }[];
}

/** `GET /explorer/api/search?q=` → `{ hits }`: height, block or transaction hash (or a prefix of ≥ 6 digits), state or app hash, grant id, organisation. */
export interface SearchHit {
  readonly kind: 'block' | 'transaction' | 'organisation' | 'grant';
  readonly title: string;
  readonly detail: string;
  /** Portal path, e.g. `/explorer/blocks/42`. */
  readonly path: string;
}

/** `GET /explorer/api/grants/:id` */
export interface GrantDetail {
  readonly id: string;
  readonly commitment: string;
  readonly controlKey: string;
  readonly expiryDay: number;
  readonly opened: { readonly height: number; readonly time: string };
  readonly closed: { readonly height: number; readonly time: string } | null;
}

/** What the members decide on, by its operation on the ledger. Keys and hashes are lower-case hex. */
export type GovernanceAction =
  | { readonly op: 'membership.admit'; readonly organisation: NamedOrganisation; readonly kind: string; readonly signingKey: string }
  | { readonly op: 'membership.suspend' | 'membership.reinstate'; readonly organisation: NamedOrganisation }
  | { readonly op: 'membership.rotate-keys'; readonly organisation: NamedOrganisation; readonly signingKey: string }
  | { readonly op: 'validators.set'; readonly organisation: NamedOrganisation; readonly key: string; readonly power: number }
  | { readonly op: 'governance.set-policy'; readonly policy: GovernancePolicy }
  | { readonly op: 'governance.upgrade'; readonly version: number; readonly hash: string; readonly height: number };

export interface NamedOrganisation {
  readonly id: string;
  readonly name: string;
}

export interface GovernancePolicy {
  /** A proposal passes with more approvals than numerator ÷ denominator of the active members. */
  readonly numerator: number;
  readonly denominator: number;
  readonly votingPeriodMs: number;
  /** That one member may have at a time. */
  readonly openProposals: number;
  readonly authority: 'direct' | 'none';
  readonly regulators: 'direct' | 'vote';
}

export interface GovernanceProposal {
  readonly number: number;
  readonly proposer: NamedOrganisation;
  /** One clause in English: "Suspend City Clinic". */
  readonly sentence: string;
  readonly action: GovernanceAction;
  readonly status: 'open' | 'executed' | 'failed' | 'rejected' | 'withdrawn' | 'expired';
  /** Why the action was refused when it had the votes: a code of the ledger. */
  readonly failure: string | null;
  readonly opened: { readonly height: number; readonly time: string };
  readonly until: string;
  readonly closed: { readonly height: number; readonly time: string } | null;
  readonly approvals: number;
  readonly rejections: number;
  readonly votes: readonly {
    readonly organisation: NamedOrganisation;
    readonly vote: 'approve' | 'reject';
    readonly height: number;
    readonly time: string;
    /** False: its member is not active, so the vote does not count while the proposal is open. */
    readonly counts: boolean;
  }[];
}

/** `GET /explorer/api/governance?before=&limit=`, newest proposals first; one of them: `GET /explorer/api/governance/:number`. */
export interface GovernanceView {
  readonly height: number;
  readonly policy: GovernancePolicy;
  readonly activeMembers: number;
  /** Approvals that a proposal needs now. */
  readonly needed: number;
  readonly validators: readonly { readonly organisation: NamedOrganisation; readonly key: string; readonly power: number; readonly since: number }[];
  readonly protocol: { readonly version: number; readonly next: { readonly version: number; readonly after: number } | null };
  readonly total: number;
  readonly proposals: readonly GovernanceProposal[];
}

/** `GET /explorer/api/live` is an event stream (SSE): `event: block`, data: `BlockSummary`. */

/**
 * `GET /explorer/api/genesis`: whom to believe from the start. What has changed since, with the proof of it: `GET /explorer/api/trust` (a trust
 * bundle, CBOR). A key of the state or its absence, with proof: `GET /explorer/api/state?key=&height=` (a state receipt, CBOR).
 */
export interface Genesis {
  readonly chainId: string;
  readonly engine: 'embedded' | 'cometbft';
  readonly time: string;
  readonly genesisHash: string;
  /** Key of the node that attests blocks; empty where validators do. */
  readonly nodeKey: string;
  /** The first validators. */
  readonly validators: readonly { readonly organisation: string; readonly key: string; readonly power: number }[];
}
