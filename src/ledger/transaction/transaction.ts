/**
 * A transaction: many operations under one signature.
 *
 *   signed bytes = CBOR [ body: bstr, signature: bstr(64) ]
 *   body         = CBOR { v, chainId, sender, expiryHeight, salt, operations }
 *   signature    = Ed25519(sender, "careledger/tx/1" ‖ body)
 *   hash         = SHA-256(signed bytes)          leaf data of the transaction log; its leaf hash is SHA-256(0x00 ‖ hash)
 */
import { sha256 } from '#sha256';
import { concat, utf8 } from '../../base/bytes.ts';
import { decodeCbor, encodeCbor, type Cbor } from '../../base/cbor.ts';
import { codedError } from '../../base/errors.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import { ledgerErrors } from '../errors.ts';
import { operationSchemas, type Operation } from '../operations.ts';
import { fieldProblem, fieldsProblem } from '../schema/fields.ts';
import { bodyFields, envelopeFields, MAX_OPERATIONS, MAX_TRANSACTION_BYTES, TRANSACTION_VERSION } from './schema.ts';

export interface TransactionBody {
  readonly chainId: string;
  /** Ed25519 public key. */
  readonly sender: Uint8Array;
  /** Last height at which it may be in a block. */
  readonly expiryHeight: number;
  /** 8 random bytes. */
  readonly salt: Uint8Array;
  readonly operations: readonly Operation[];
}

export interface Transaction extends TransactionBody {
  readonly hash: Uint8Array;
  readonly signature: Uint8Array;
  /** The signed bytes. */
  readonly bytes: Uint8Array;
  /** The bytes under the signature, without the domain. */
  readonly body: Uint8Array;
}

const SIGNING_DOMAIN = utf8('careledger/tx/1');
const LEAF_PREFIX = new Uint8Array([0]);

export const signingInput = (body: Uint8Array): Uint8Array => concat(SIGNING_DOMAIN, body);

export const transactionHash = (bytes: Uint8Array): Uint8Array => sha256(bytes);

/** Leaf hash in the transaction log. */
export const transactionLeaf = (hash: Uint8Array): Uint8Array => sha256(concat(LEAF_PREFIX, hash));

export const encodeBody = ({ chainId, sender, expiryHeight, salt, operations }: TransactionBody): Uint8Array =>
  encodeCbor({ v: TRANSACTION_VERSION, chainId, sender, expiryHeight, salt, operations: operations as unknown as Cbor });

export const encodeTransaction = (body: Uint8Array, signature: Uint8Array): Uint8Array => encodeCbor([body, signature]);

/**
 * Decodes and checks everything that the bytes alone can tell, except the signature (`check.ts`): form, limits, schemas.
 * `ledger.malformed`, `ledger.too-large`, `ledger.unknown-operation`.
 */
export function decodeTransaction(bytes: Uint8Array): Result<Transaction> {
  if (bytes.length > MAX_TRANSACTION_BYTES) return tooLarge(`${bytes.length} bytes; the limit is ${MAX_TRANSACTION_BYTES}`);
  const envelope = decodeCbor(bytes);
  if (!envelope.ok) return malformed(envelope.error.message);
  if (!Array.isArray(envelope.value) || envelope.value.length !== 2) return malformed('the envelope is not [body, signature]');
  const [body, signature] = envelope.value as [unknown, unknown];
  if (!(body instanceof Uint8Array)) return malformed('the body is not a byte string');
  const problem = fieldProblem(envelopeFields.signature, signature);
  if (problem !== undefined) return malformed(`the signature ${problem}`);

  const decoded = decodeCbor(body);
  if (!decoded.ok) return malformed(`body: ${decoded.error.message}`);
  const { operations, ...rest } = (decoded.value ?? {}) as TransactionBody & { v: number };
  const bodyProblem = fieldsProblem(bodyFields, rest);
  if (bodyProblem !== undefined) return malformed(`the body ${bodyProblem}`);
  if (rest.v !== TRANSACTION_VERSION) return malformed(`version ${rest.v} of the format is not known`);
  const refused = refusedOperations(operations);
  if (refused) return refused;

  const { chainId, sender, expiryHeight, salt } = rest;
  return ok({ chainId, sender, expiryHeight, salt, operations, signature: signature as Uint8Array, hash: transactionHash(bytes), bytes, body });
}

function refusedOperations(operations: unknown): Result<never> | undefined {
  if (!Array.isArray(operations) || operations.length === 0) return malformed('operations is not a list with at least one element');
  if (operations.length > MAX_OPERATIONS) return tooLarge(`${operations.length} operations; the limit is ${MAX_OPERATIONS}`);
  for (const [index, operation] of operations.entries()) {
    const name: unknown = (operation as { op?: unknown } | null)?.op;
    const schema = typeof name === 'string' ? operationSchemas.get(name) : undefined;
    if (!schema) return fail(codedError(ledgerErrors, 'ledger.unknown-operation', { message: `Operation ${index} is not one that the ledger knows.`, data: { operation: index } }));
    const problem = fieldsProblem(schema.fields, operation);
    if (problem !== undefined) return malformed(`operation ${index} (${schema.name}) ${problem}`, { operation: index });
  }
  return undefined;
}

const malformed = (why: string, data?: Readonly<Record<string, unknown>>) =>
  fail(codedError(ledgerErrors, 'ledger.malformed', { message: `Not a transaction: ${why}.`, ...(data ? { data } : {}) }));

const tooLarge = (why: string) => fail(codedError(ledgerErrors, 'ledger.too-large', { message: `The transaction has ${why}.` }));
