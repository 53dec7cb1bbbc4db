/**
 * The genesis: what a ledger starts from, or goes on from. Its hash takes the place of the previous hash in the ledger's first block.
 *
 *   genesis bytes = CBOR { v, chainId, time, engine, authority, proposer, members: [member], validators: [validator], policy, previous }
 *   previous      = null, or { chainId, height, headerHash, stateRoot, logSize, logRoot } of the newest block of the ledger that goes on here
 *   genesis hash  = SHA-256("careledger/genesis/2" ‖ genesis bytes)
 */
import { sha256 } from '#sha256';
import { concat, utf8 } from '../../base/bytes.ts';
import { encodeCbor, type Cbor } from '../../base/cbor.ts';
import type { memberFields } from '../membership/operations.ts';
import type { Policy } from '../policy/policy.ts';
import { code, counter, milliseconds, type BytesField, type Fields, type ValuesOf } from '../schema/fields.ts';
import { chainIdField } from '../transaction/schema.ts';
import type { ValidatorChange } from '../validators/change.ts';

export const GENESIS_VERSION = 2;

const engines = ['embedded', 'cometbft'] as const;

const hash = (about: string): BytesField => ({ kind: 'bytes', class: 'proof', min: 32, max: 32, about });
const optionalKey = (about: string): BytesField => ({ kind: 'bytes', class: 'key', min: 0, max: 32, about });

/** Beside `members`, `validators`, `policy` and `previous`. */
export const genesisFields = {
  v: counter('Version of the format.'),
  chainId: chainIdField,
  time: milliseconds('When the ledger starts (milliseconds since 1970).'),
  engine: code(engines, 'What orders the transactions.'),
  authority: optionalKey('May act alone where the policy says so (Ed25519); empty: there is none.'),
  proposer: optionalKey('The node that attests blocks (Ed25519); empty where validators do.'),
} as const satisfies Fields;

export const previousFields = {
  chainId: chainIdField,
  height: counter('Height of its newest block.'),
  headerHash: hash('Hash of that block’s header.'),
  stateRoot: hash('Root over the state, which is carried over.'),
  logSize: counter('Number of transactions, which count on.'),
  logRoot: hash('Root over the transactions.'),
} as const satisfies Fields;

export type GenesisMember = ValuesOf<typeof memberFields>;
/** The newest block of the ledger that goes on under this genesis. */
export type Previous = ValuesOf<typeof previousFields>;

export interface Genesis {
  readonly chainId: string;
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly engine: (typeof engines)[number];
  /** Ed25519 key that may act alone where the policy says so; empty: there is none. */
  readonly authority: Uint8Array;
  /** Embedded engine: Ed25519 key of the node that attests blocks. Empty where validators do. */
  readonly proposer: Uint8Array;
  /** Those who are members from the first block on, beside members that are carried over. */
  readonly members: readonly GenesisMember[];
  /** All validators of the first block: one that is carried over and not named here has no power any more. */
  readonly validators: readonly ValidatorChange[];
  readonly policy: Policy;
  readonly previous: Previous | null;
}

const GENESIS_DOMAIN = utf8('careledger/genesis/2');

export const encodeGenesis = (genesis: Genesis): Uint8Array => encodeCbor({ v: GENESIS_VERSION, ...genesis } as unknown as Cbor);

export const genesisHash = (genesisBytes: Uint8Array): Uint8Array => sha256(concat(GENESIS_DOMAIN, genesisBytes));
