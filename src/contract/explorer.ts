/** JSON of the explorer API: `GET /explorer/api/...` on the hub and on every node; public to members. Hashes are lower-case hex. */

export interface BlockSummary {
  readonly height: number;
  readonly time: string;
  readonly hash: string;
  readonly transactions: number;
  readonly operations: number;
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
  /** One plain sentence: "City Hospital anchored its log: 12,480 entries". */
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
  readonly signature: string;
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
  readonly lastAnchor: { readonly height: number; readonly time: string; readonly size: number; readonly root: string } | null;
}

export interface MemberDetail extends MemberSummary {
  readonly hpkeKey: string;
  readonly tlsKey: string;
  readonly anchors: readonly {
    readonly height: number;
    readonly time: string;
    readonly size: number;
    readonly root: string;
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

/** `GET /explorer/api/live` is an event stream (SSE): `event: block`, data: `BlockSummary`. `GET /explorer/api/genesis` → trust anchor: chain id, proposer key. */
export interface Genesis {
  readonly chainId: string;
  readonly nodeKey: string;
  readonly time: string;
}
