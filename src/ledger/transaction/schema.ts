/** The fields of a transaction's body and envelope, classified like those of operations. Limits stand here too. */
import { counter, ed25519Key, memberText, random, signature, type Fields } from '../schema/fields.ts';

/** Bytes of a signed transaction, at most. */
export const MAX_TRANSACTION_BYTES = 262_144;
export const MAX_OPERATIONS = 4_096;
/** A transaction may stay valid for this many blocks, at most: so long must its hash be remembered against replay. */
export const MAX_LIFETIME_BLOCKS = 10_000;

export const TRANSACTION_VERSION = 1;

export const chainIdField = memberText(/^[a-z0-9][a-z0-9.-]*$/, 64, 'The ledger it is meant for.');

/** Their order is that of the encoding. */
export const bodyFields = {
  v: counter('Version of the format.'),
  chainId: chainIdField,
  sender: ed25519Key('Who signs: the signing key of a member, or the authority of the genesis.'),
  expiryHeight: counter('Last height at which it may be in a block.'),
  salt: random(8, 'Makes two transactions with the same operations differ.'),
  operationCount: counter('Number of operations.'),
  operationsRoot: { kind: 'bytes', class: 'proof', min: 32, max: 32, about: 'Root over the operations (RFC 9162 §2.1).' },
} as const satisfies Fields;

export const envelopeFields = { signature: signature('By the sender over the body (Ed25519).') } as const satisfies Fields;
