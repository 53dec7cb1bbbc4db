/**
 * A block's header: the only thing of a block that a receipt carries.
 *
 *   header bytes = CBOR [ v, chainId, height, time, previousHash, txRoot, txCount, logSize, logRoot, stateRoot, proposer ]
 *   header hash  = SHA-256("careledger/header/1" ‖ header bytes)
 *   app hash     = SHA-256("careledger/app/1" ‖ header hash)           what a consensus engine agrees on
 *   attestation  = Ed25519(proposer, "careledger/block/1" ‖ header hash)
 */
import { ed25519Sign, ed25519Verify } from '#ed25519';
import { sha256 } from '#sha256';
import { concat, utf8 } from '../../base/bytes.ts';
import { codedError } from '../../base/errors.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import { ledgerErrors } from '../errors.ts';
import { defineList } from '../schema/field-list.ts';
import { counter, ed25519Key, milliseconds, type BytesField, type Fields } from '../schema/fields.ts';
import { chainIdField } from '../transaction/schema.ts';

/** Hashes are 32 bytes. Height 0 is the genesis block, which has no transactions. */
export interface Header {
  readonly chainId: string;
  readonly height: number;
  /** Milliseconds since 1970, never less than the previous block's. */
  readonly time: number;
  /** Header hash of the block before; at height 0 the genesis hash. */
  readonly previousHash: Uint8Array;
  /** RFC 9162 root over the leaf hashes of this block's transactions. */
  readonly txRoot: Uint8Array;
  readonly txCount: number;
  /** The transaction log after this block. */
  readonly logSize: number;
  readonly logRoot: Uint8Array;
  /** Root of the state tree after this block. */
  readonly stateRoot: Uint8Array;
  /** Ed25519 key of the node that made the block. */
  readonly proposer: Uint8Array;
}

export const HEADER_VERSION = 1;

const hash = (about: string): BytesField => ({ kind: 'bytes', class: 'proof', min: 32, max: 32, about });

/** Their order is that of the encoding. */
export const headerFields = {
  v: counter('Version of the format.'),
  chainId: chainIdField,
  height: counter('Height of the block.'),
  time: milliseconds('When the block was made (milliseconds since 1970).'),
  previousHash: hash('Hash of the header before.'),
  txRoot: hash('Root over this block’s transactions.'),
  txCount: counter('Number of transactions in this block.'),
  logSize: counter('Number of transactions since the genesis.'),
  logRoot: hash('Root over all transactions since the genesis.'),
  stateRoot: hash('Root over the whole state.'),
  proposer: ed25519Key('The node that made the block.'),
} as const satisfies Fields;

const HEADER_DOMAIN = utf8('careledger/header/1');
const APP_DOMAIN = utf8('careledger/app/1');
const BLOCK_DOMAIN = utf8('careledger/block/1');

const headerList = defineList(headerFields);

export const encodeHeader = (header: Header): Uint8Array => headerList.encode({ v: HEADER_VERSION, ...header });

/** `ledger.malformed` on anything but the exact bytes that `encodeHeader` gives. */
export function decodeHeader(bytes: Uint8Array): Result<Header> {
  const decoded = headerList.decode(bytes);
  if (typeof decoded === 'string') return malformed(decoded);
  const { v, ...header } = decoded;
  return v === HEADER_VERSION ? ok(header) : malformed(`version ${v} of the format is not known`);
}

export const headerHash = (headerBytes: Uint8Array): Uint8Array => sha256(concat(HEADER_DOMAIN, headerBytes));

/** Covers the whole header: whoever agrees on it agrees on height, time and maker as well as on the roots. */
export const appHash = (hashOfHeader: Uint8Array): Uint8Array => sha256(concat(APP_DOMAIN, hashOfHeader));

/** The message that a node signs for a block. */
export const attestationInput = (hashOfHeader: Uint8Array): Uint8Array => concat(BLOCK_DOMAIN, hashOfHeader);

export const signAttestation = (hashOfHeader: Uint8Array, seed: Uint8Array): Uint8Array => ed25519Sign(seed, attestationInput(hashOfHeader));

export const verifyAttestation = (hashOfHeader: Uint8Array, proposer: Uint8Array, attestation: Uint8Array): boolean =>
  ed25519Verify(proposer, attestationInput(hashOfHeader), attestation);

const malformed = (why: string) => fail(codedError(ledgerErrors, 'ledger.malformed', { message: `Not a block header: ${why}.` }));
