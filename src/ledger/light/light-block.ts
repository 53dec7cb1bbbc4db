/** What a light client looks at of a CometBFT block: header, commit, validators. Names as in CometBFT's own data structures. */

/** Nanosecond times as CometBFT has them. `seconds` since 1970. */
export interface Time {
  readonly seconds: number;
  readonly nanos: number;
}

export interface BlockId {
  /** Empty in the header of a chain's first block. */
  readonly hash: Uint8Array;
  readonly parts: { readonly total: number; readonly hash: Uint8Array };
}

/** Hashes are 32 bytes, or none where CometBFT has none (in the first block of a chain). */
export interface ConsensusHeader {
  readonly version: { readonly block: number; readonly app: number };
  readonly chainId: string;
  readonly height: number;
  readonly time: Time;
  readonly lastBlockId: BlockId;
  readonly lastCommitHash: Uint8Array;
  readonly dataHash: Uint8Array;
  readonly validatorsHash: Uint8Array;
  readonly nextValidatorsHash: Uint8Array;
  readonly consensusHash: Uint8Array;
  /** What the application said after the block *before* this one. */
  readonly appHash: Uint8Array;
  readonly lastResultsHash: Uint8Array;
  readonly evidenceHash: Uint8Array;
  /** 20 bytes. */
  readonly proposerAddress: Uint8Array;
}

/** How a validator voted: not at all, for the block, for no block. */
export type Vote =
  | { readonly flag: 'absent' }
  | { readonly flag: 'commit' | 'nil'; readonly address: Uint8Array; readonly time: Time; readonly signature: Uint8Array };

/** The precommits of one round, one for each validator, in the order of the validator set. */
export interface Commit {
  readonly height: number;
  readonly round: number;
  readonly blockId: BlockId;
  readonly votes: readonly Vote[];
}

export interface Validator {
  /** Ed25519 public key, 32 bytes; other kinds of keys are not known here. */
  readonly key: Uint8Array;
  readonly power: number;
}

export interface LightBlock {
  readonly header: ConsensusHeader;
  readonly commit: Commit;
  /** The validators of this height, in CometBFT's order: by power, the largest first, then by address. */
  readonly validators: readonly Validator[];
}

/** Validators of a set, at most; CometBFT allows more, this ledger's networks have one or a few for each organisation. */
export const MAX_VALIDATORS = 128;
/** Total voting power, at most: thrice as much is still a safe integer. CometBFT allows 2^60. */
export const MAX_TOTAL_POWER = 2 ** 50;

export const compareTimes = (a: Time, b: Time): number => a.seconds - b.seconds || a.nanos - b.nanos;

/** Milliseconds since 1970, rounded down. */
export const millisecondsOf = ({ seconds, nanos }: Time): number => seconds * 1000 + Math.floor(nanos / 1_000_000);
