/**
 * A transaction: many operations under one signature.
 *
 *   signed bytes = CBOR [ body: bstr, signature: bstr(64), [ operation: bstr, … ] ]
 *   body         = CBOR [ v, chainId, sender, expiryHeight, salt, operationCount, operationsRoot ]
 *   signature    = Ed25519(sender, "careledger/tx/1" ‖ body)
 *   short form   = CBOR [ body, signature ]       what receipts carry, with the one operation that they are about (`operation-proof.ts`)
 *   hash         = SHA-256(short form)            leaf data of the transaction log; its leaf hash is SHA-256(0x00 ‖ hash)
 */
import { sha256 } from '#sha256';
import { concat, equalBytes, utf8 } from '../../base/bytes.ts';
import { decodeCbor, encodeCbor, type DecodeOptions } from '../../base/cbor.ts';
import { codedError } from '../../base/errors.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import { ledgerErrors } from '../errors.ts';
import type { Operation } from '../operations.ts';
import { defineList } from '../schema/field-list.ts';
import { fieldProblem, type ValuesOf } from '../schema/fields.ts';
import { decodeOperation, encodeOperation, operationsRoot } from './operation-tree.ts';
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

/** A transaction without its operations: all that was signed. */
export interface ShortTransaction extends Omit<ValuesOf<typeof bodyFields>, 'v'> {
  readonly hash: Uint8Array;
  readonly signature: Uint8Array;
  readonly body: Uint8Array;
}

const SIGNING_DOMAIN = utf8('careledger/tx/1');
const LEAF_PREFIX = new Uint8Array([0]);
const bodyList = defineList(bodyFields);

export const signingInput = (body: Uint8Array): Uint8Array => concat(SIGNING_DOMAIN, body);

/** Of signed bytes or of their short form: both name the same transaction. Throws a `RangeError` on anything else. */
export function transactionHash(bytes: Uint8Array): Uint8Array {
  if (shortParts(bytes).ok) return shortHash(bytes);
  const parts = splitTransaction(bytes);
  if (!parts.ok) throw new RangeError(parts.error.message);
  return shortHash(parts.value.short);
}

export const shortHash = (short: Uint8Array): Uint8Array => sha256(short);

/** Leaf hash in the transaction log. */
export const transactionLeaf = (hash: Uint8Array): Uint8Array => sha256(concat(LEAF_PREFIX, hash));

export const encodeBody = ({ chainId, sender, expiryHeight, salt, operations }: TransactionBody): Uint8Array =>
  bodyList.encode({
    v: TRANSACTION_VERSION,
    chainId,
    sender,
    expiryHeight,
    salt,
    operationCount: operations.length,
    operationsRoot: operationsRoot(operations.map(encodeOperation)),
  });

export const encodeTransaction = (body: Uint8Array, signature: Uint8Array, operations: readonly Operation[]): Uint8Array =>
  encodeCbor([body, signature, operations.map(encodeOperation)]);

/**
 * Decodes and checks everything that the bytes alone can tell, except the signature (`check.ts`): form, limits, schemas, and that the
 * operations are the ones that were signed. `ledger.malformed`, `ledger.too-large`, `ledger.unknown-operation`.
 */
export function decodeTransaction(bytes: Uint8Array): Result<Transaction> {
  const parts = splitTransaction(bytes, { views: true });
  if (!parts.ok) return parts;
  const { short, operations } = parts.value;
  // The rest is kept, and is not to depend on memory of others.
  const body = new Uint8Array(parts.value.body);
  const signature = new Uint8Array(parts.value.signature);
  const decoded = decodeBody(body);
  if (!decoded.ok) return decoded;
  const whole: Operation[] = [];
  for (const [index, operationBytes] of operations.entries()) {
    const operation = decodeOperation(operationBytes, index, { views: true });
    if (!operation.ok) return operation;
    whole.push(operation.value);
  }
  const { operationCount, operationsRoot: root, chainId, sender, expiryHeight, salt } = decoded.value;
  if (operationCount !== operations.length || !equalBytes(operationsRoot(operations), root))
    return malformed('the operations are not the ones that were signed');
  return ok({ chainId, sender, expiryHeight, salt, operations: whole, signature, hash: shortHash(short), bytes, body });
}

/** The same for the short form. */
export function decodeShortTransaction(short: Uint8Array): Result<ShortTransaction> {
  const parts = shortParts(short);
  if (!parts.ok) return parts;
  const { body, signature } = parts.value;
  const decoded = decodeBody(body);
  if (!decoded.ok) return decoded;
  const { v: _, ...rest } = decoded.value;
  return ok({ ...rest, signature, hash: shortHash(short), body });
}

interface ShortParts {
  readonly body: Uint8Array;
  readonly signature: Uint8Array;
}

export interface TransactionParts extends ShortParts {
  readonly short: Uint8Array;
  /** At least one, not looked into. */
  readonly operations: readonly Uint8Array[];
}

/** The parts of signed bytes, as copies unless `views` are enough: form and limits only. `ledger.malformed`, `ledger.too-large`. */
export function splitTransaction(bytes: Uint8Array, options: DecodeOptions = {}): Result<TransactionParts> {
  const envelope = envelopeOf(bytes, options);
  if (!envelope.ok) return envelope;
  if (envelope.value.length !== 3) return malformed('the envelope is not [body, signature, operations]');
  const operations = envelope.value[2];
  if (!Array.isArray(operations) || operations.length === 0) return malformed('operations is not a list with at least one element');
  if (operations.length > MAX_OPERATIONS) return tooLarge(`${operations.length} operations; the limit is ${MAX_OPERATIONS}`);
  if (!operations.every((operation) => operation instanceof Uint8Array)) return malformed('an operation is not a byte string');
  const parts = bodyAndSignature(envelope.value);
  if (!parts.ok) return parts;
  const { body, signature } = parts.value;
  return ok({ body, signature, short: encodeCbor([body, signature]), operations });
}

function shortParts(bytes: Uint8Array): Result<ShortParts> {
  const envelope = envelopeOf(bytes);
  if (!envelope.ok) return envelope;
  return envelope.value.length === 2 ? bodyAndSignature(envelope.value) : malformed('the envelope is not [body, signature]');
}

function envelopeOf(bytes: Uint8Array, options: DecodeOptions = {}): Result<readonly unknown[]> {
  if (bytes.length > MAX_TRANSACTION_BYTES) return tooLarge(`${bytes.length} bytes; the limit is ${MAX_TRANSACTION_BYTES}`);
  const envelope = decodeCbor(bytes, options);
  if (!envelope.ok) return malformed(envelope.error.message);
  return Array.isArray(envelope.value) ? ok(envelope.value) : malformed('the envelope is not a list');
}

function bodyAndSignature([body, signature]: readonly unknown[]): Result<ShortParts> {
  if (!(body instanceof Uint8Array)) return malformed('the body is not a byte string');
  const problem = fieldProblem(envelopeFields.signature, signature);
  return problem === undefined ? ok({ body, signature: signature as Uint8Array }) : malformed(`the signature ${problem}`);
}

function decodeBody(body: Uint8Array): Result<ValuesOf<typeof bodyFields>> {
  const fields = bodyList.decode(body);
  if (typeof fields === 'string') return malformed(`body: ${fields}`);
  return fields.v === TRANSACTION_VERSION ? ok(fields) : malformed(`version ${fields.v} of the format is not known`);
}

const malformed = (why: string) => fail(codedError(ledgerErrors, 'ledger.malformed', { message: `Not a transaction: ${why}.` }));

const tooLarge = (why: string) => fail(codedError(ledgerErrors, 'ledger.too-large', { message: `The transaction has ${why}.` }));
