/**
 * Proof of one operation: it is in this transaction, whatever else the transaction does. What receipts carry instead of a whole batch.
 *
 *   CBOR [ short form: bstr, operation: bstr, index, path: bstr (hashes, one after another) ]
 */
import { concat, equalBytes } from '../../base/bytes.ts';
import { decodeCbor, encodeCbor } from '../../base/cbor.ts';
import { codedError } from '../../base/errors.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import { isBytesUpTo, isUint } from '../../base/shape.ts';
import { ledgerErrors } from '../errors.ts';
import type { Operation } from '../operations.ts';
import { appendLeaves, emptyFrontier, inclusionPath, rootFromInclusion } from '../proofs/merkle-log.ts';
import { decodeOperation, operationLeaf } from './operation-tree.ts';
import { MAX_OPERATIONS, MAX_TRANSACTION_BYTES } from './schema.ts';
import { decodeShortTransaction, splitTransaction, type ShortTransaction } from './transaction.ts';

export interface OperationProof {
  /** Short form of the transaction. */
  readonly transaction: Uint8Array;
  readonly operation: Uint8Array;
  /** Place of the operation in the transaction, from 0. */
  readonly index: number;
  readonly path: readonly Uint8Array[];
}

export interface ProvenOperation {
  readonly transaction: ShortTransaction;
  readonly operation: Operation;
  readonly index: number;
}

/** Levels of a tree over `MAX_OPERATIONS` leaves. */
const MAX_PATH = 32 - Math.clz32(MAX_OPERATIONS - 1);

/** From the signed bytes of a transaction. `ledger.malformed`, `ledger.too-large`; throws a `RangeError` when it has no such operation. */
export function proveOperation(signedBytes: Uint8Array, index: number): Result<OperationProof> {
  const parts = splitTransaction(signedBytes);
  if (!parts.ok) return parts;
  const { short, operations } = parts.value;
  const nodes = new Map<string, Uint8Array>();
  appendLeaves(emptyFrontier, operations.map(operationLeaf), (level, at, hash) => void nodes.set(`${level}/${at}`, hash));
  const path = inclusionPath(index, operations.length, (level, at) => nodes.get(`${level}/${at}`)!);
  return ok({ transaction: short, operation: operations[index]!, index, path });
}

/**
 * What the proof says: a transaction and one of its operations. The transaction's signature is not looked at here. `ledger.malformed`,
 * `ledger.unknown-operation`, `ledger.bad-proof`. Never throws.
 */
export function verifyOperationProof({ transaction, operation, index, path }: OperationProof): Result<ProvenOperation> {
  const short = decodeShortTransaction(transaction);
  if (!short.ok) return short;
  const decoded = decodeOperation(operation, index);
  if (!decoded.ok) return decoded;
  const root = rootFromInclusion({ leaf: operationLeaf(operation), index, size: short.value.operationCount, path });
  if (!root || !equalBytes(root, short.value.operationsRoot))
    return fail(
      codedError(ledgerErrors, 'ledger.bad-proof', { message: 'The operation is not in the transaction: its path leads to another root.' }),
    );
  return ok({ transaction: short.value, operation: decoded.value, index });
}

export const encodeOperationProof = ({ transaction, operation, index, path }: OperationProof): Uint8Array =>
  encodeCbor([transaction, operation, index, concat(...path)]);

/** `ledger.malformed`. Says nothing about whether the proof holds. */
export function decodeOperationProof(bytes: Uint8Array): Result<OperationProof> {
  const decoded = decodeCbor(bytes);
  if (!decoded.ok) return malformed(decoded.error.message);
  if (!Array.isArray(decoded.value) || decoded.value.length !== 4) return malformed('it is not [transaction, operation, index, path]');
  const [transaction, operation, index, path] = decoded.value as unknown[];
  if (!isBytesUpTo(transaction, MAX_TRANSACTION_BYTES) || !isBytesUpTo(operation, MAX_TRANSACTION_BYTES))
    return malformed('transaction and operation are not byte strings within their limits');
  if (!isUint(index) || index >= MAX_OPERATIONS) return malformed('it names no operation');
  if (!isBytesUpTo(path, 32 * MAX_PATH) || path.length % 32 !== 0) return malformed('the path is not a row of hashes');
  return ok({ transaction, operation, index, path: Array.from({ length: path.length / 32 }, (_, i) => path.slice(32 * i, 32 * i + 32)) });
}

const malformed = (why: string) => fail(codedError(ledgerErrors, 'ledger.malformed', { message: `Not a proof of an operation: ${why}.` }));
