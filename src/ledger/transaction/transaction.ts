/**
 * A transaction: many operations under one signature.
 *
 *   signed bytes = CBOR [ body: bstr, signature: bstr(64), evidence: bstr ]
 *   body         = CBOR { v, chainId, sender, expiryHeight, salt, evidenceHash, operations }
 *   evidence     = CBOR list of the operations' hash paths, in order (`evidence.ts`); the body has only its hash
 *   signature    = Ed25519(sender, "careledger/tx/1" ‖ body)
 *   short form   = CBOR [ body, signature ]       what a receipt carries: whoever executes needs the evidence, nobody afterwards
 *   hash         = SHA-256(short form)            leaf data of the transaction log; its leaf hash is SHA-256(0x00 ‖ hash)
 */
import { sha256 } from '#sha256';
import { concat, utf8 } from '../../base/bytes.ts';
import { decodeCbor, encodeCbor, type Cbor } from '../../base/cbor.ts';
import { codedError } from '../../base/errors.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import { ledgerErrors } from '../errors.ts';
import { operationSchemas, type Operation } from '../operations.ts';
import { fieldProblem, fieldsProblem } from '../schema/fields.ts';
import { encodeEvidence, evidenceHash, joinEvidence, signedFields, withoutEvidence, type SignedOperation } from './evidence.ts';
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

/** A transaction as a receipt carries it: all that was signed, without the hash paths that the ledger checked when it accepted it. */
export interface ShortTransaction extends Omit<TransactionBody, 'operations'> {
  readonly operations: readonly SignedOperation[];
  readonly hash: Uint8Array;
  readonly signature: Uint8Array;
  readonly body: Uint8Array;
  readonly evidenceHash: Uint8Array;
}

const SIGNING_DOMAIN = utf8('careledger/tx/1');
const LEAF_PREFIX = new Uint8Array([0]);

export const signingInput = (body: Uint8Array): Uint8Array => concat(SIGNING_DOMAIN, body);

/** Of signed bytes or of their short form: both name the same transaction. Throws a `RangeError` on anything else. */
export function transactionHash(bytes: Uint8Array): Uint8Array {
  const short = envelopeParts(bytes, 2).ok ? ok(bytes) : shortForm(bytes);
  if (!short.ok) throw new RangeError(short.error.message);
  return shortHash(short.value);
}

export const shortHash = (short: Uint8Array): Uint8Array => sha256(short);

/** The short form of signed bytes. `ledger.malformed`, `ledger.too-large`. */
export function shortForm(bytes: Uint8Array): Result<Uint8Array> {
  const parts = envelopeParts(bytes, 3);
  return parts.ok ? ok(encodeCbor([parts.value.body, parts.value.signature])) : parts;
}

/** Leaf hash in the transaction log. */
export const transactionLeaf = (hash: Uint8Array): Uint8Array => sha256(concat(LEAF_PREFIX, hash));

export const encodeBody = ({ chainId, sender, expiryHeight, salt, operations }: TransactionBody): Uint8Array =>
  encodeCbor({
    v: TRANSACTION_VERSION,
    chainId,
    sender,
    expiryHeight,
    salt,
    evidenceHash: evidenceHash(encodeEvidence(operations)),
    operations: operations.map(withoutEvidence) as unknown as Cbor,
  });

/** `operations` are the ones of the body: their evidence goes beside it. */
export const encodeTransaction = (body: Uint8Array, signature: Uint8Array, operations: readonly Operation[]): Uint8Array =>
  encodeCbor([body, signature, encodeEvidence(operations)]);

/**
 * Decodes and checks everything that the bytes alone can tell, except the signature (`check.ts`): form, limits, schemas.
 * `ledger.malformed`, `ledger.too-large`, `ledger.unknown-operation`.
 */
export function decodeTransaction(bytes: Uint8Array): Result<Transaction> {
  const parts = envelopeParts(bytes, 3);
  if (!parts.ok) return parts;
  const { body, signature, evidence } = parts.value;
  const decoded = decodeBody(body);
  if (!decoded.ok) return decoded;
  const joined = joinEvidence(decoded.value.operations, decoded.value.evidenceHash, evidence!);
  if (!joined.ok) return joined;
  const { chainId, sender, expiryHeight, salt } = decoded.value;
  return ok({
    chainId,
    sender,
    expiryHeight,
    salt,
    operations: joined.value,
    signature,
    hash: shortHash(encodeCbor([body, signature])),
    bytes,
    body,
  });
}

/** The same for the short form. */
export function decodeShortTransaction(short: Uint8Array): Result<ShortTransaction> {
  const parts = envelopeParts(short, 2);
  if (!parts.ok) return parts;
  const { body, signature } = parts.value;
  const decoded = decodeBody(body);
  if (!decoded.ok) return decoded;
  const { v: _, ...rest } = decoded.value;
  return ok({ ...rest, signature, hash: shortHash(short), body });
}

interface Parts {
  readonly body: Uint8Array;
  readonly signature: Uint8Array;
  readonly evidence: Uint8Array | undefined;
}

function envelopeParts(bytes: Uint8Array, count: 2 | 3): Result<Parts> {
  if (bytes.length > MAX_TRANSACTION_BYTES) return tooLarge(`${bytes.length} bytes; the limit is ${MAX_TRANSACTION_BYTES}`);
  const envelope = decodeCbor(bytes);
  if (!envelope.ok) return malformed(envelope.error.message);
  if (!Array.isArray(envelope.value) || envelope.value.length !== count)
    return malformed(`the envelope is not [body, signature${count === 3 ? ', evidence' : ''}]`);
  const [body, signature, evidence] = envelope.value as [unknown, unknown, unknown];
  if (!(body instanceof Uint8Array)) return malformed('the body is not a byte string');
  const problem = fieldProblem(envelopeFields.signature, signature);
  if (problem !== undefined) return malformed(`the signature ${problem}`);
  if (count === 3 && !(evidence instanceof Uint8Array)) return malformed('the evidence is not a byte string');
  return ok({ body, signature: signature as Uint8Array, evidence: evidence as Uint8Array | undefined });
}

type DecodedBody = Omit<TransactionBody, 'operations'> & {
  readonly v: number;
  readonly evidenceHash: Uint8Array;
  readonly operations: readonly SignedOperation[];
};

function decodeBody(body: Uint8Array): Result<DecodedBody> {
  const decoded = decodeCbor(body);
  if (!decoded.ok) return malformed(`body: ${decoded.error.message}`);
  const { operations, ...rest } = (decoded.value ?? {}) as DecodedBody;
  const bodyProblem = fieldsProblem(bodyFields, rest);
  if (bodyProblem !== undefined) return malformed(`the body ${bodyProblem}`);
  if (rest.v !== TRANSACTION_VERSION) return malformed(`version ${rest.v} of the format is not known`);
  return refusedOperations(operations) ?? ok({ ...rest, operations });
}

function refusedOperations(operations: unknown): Result<never> | undefined {
  if (!Array.isArray(operations) || operations.length === 0) return malformed('operations is not a list with at least one element');
  if (operations.length > MAX_OPERATIONS) return tooLarge(`${operations.length} operations; the limit is ${MAX_OPERATIONS}`);
  for (const [index, operation] of operations.entries()) {
    const name: unknown = (operation as { op?: unknown } | null)?.op;
    const schema = typeof name === 'string' ? operationSchemas.get(name) : undefined;
    if (!schema)
      return fail(
        codedError(ledgerErrors, 'ledger.unknown-operation', {
          message: `Operation ${index} is not one that the ledger knows.`,
          data: { operation: index },
        }),
      );
    const problem = fieldsProblem(signedFields.get(schema.name)!, operation);
    if (problem !== undefined) return malformed(`operation ${index} (${schema.name}) ${problem}`, { operation: index });
  }
  return undefined;
}

const malformed = (why: string, data?: Readonly<Record<string, unknown>>) =>
  fail(codedError(ledgerErrors, 'ledger.malformed', { message: `Not a transaction: ${why}.`, ...(data ? { data } : {}) }));

const tooLarge = (why: string) => fail(codedError(ledgerErrors, 'ledger.too-large', { message: `The transaction has ${why}.` }));
