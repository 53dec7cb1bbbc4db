/**
 * The operations of a transaction as the leaves of a small RFC 9162 tree: the sender signs its root, so that each operation of a batch
 * can be shown by itself.
 *
 *   operation bytes = CBOR { op, …fields }
 *   leaf            = SHA-256(0x00 ‖ operation bytes)
 */
import { sha256 } from '#sha256';
import { decodeCbor, encodeCbor, type Cbor, type DecodeOptions } from '../../base/cbor.ts';
import { codedError } from '../../base/errors.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import { ledgerErrors } from '../errors.ts';
import { operationSchemas, type Operation } from '../operations.ts';
import { appendLeaves, emptyFrontier, frontierRoot } from '../proofs/merkle-log.ts';
import { fieldsProblem } from '../schema/fields.ts';

export const encodeOperation = (operation: Operation): Uint8Array => encodeCbor(operation as unknown as Cbor);

/** What most leaves are hashed from, within one call; the first byte is the leaf's prefix. */
const input = new Uint8Array(1_024);

export function operationLeaf(operationBytes: Uint8Array): Uint8Array {
  const { length } = operationBytes;
  const whole = length < input.length ? input : new Uint8Array(1 + length);
  whole.set(operationBytes, 1);
  return sha256(whole.subarray(0, 1 + length));
}

/** Root over the bytes of the operations, in order. */
export const operationsRoot = (operations: readonly Uint8Array[]): Uint8Array =>
  frontierRoot(appendLeaves(emptyFrontier, operations.map(operationLeaf)));

/** One operation of a known schema. `index`, its place in the transaction, stands in the error's data. `ledger.unknown-operation`, `ledger.malformed`. */
export function decodeOperation(operationBytes: Uint8Array, index: number, options: DecodeOptions = {}): Result<Operation> {
  const decoded = decodeCbor(operationBytes, options);
  if (!decoded.ok) return malformed(`operation ${index}: ${decoded.error.message}`, index);
  const name: unknown = (decoded.value as { op?: unknown } | null)?.op;
  const schema = typeof name === 'string' ? operationSchemas.get(name) : undefined;
  if (!schema) {
    const message = `Operation ${index} is not one that the ledger knows.`;
    return fail(codedError(ledgerErrors, 'ledger.unknown-operation', { message, data: { operation: index } }));
  }
  const problem = fieldsProblem(schema.fields, decoded.value);
  return problem === undefined ? ok(decoded.value as Operation) : malformed(`operation ${index} (${schema.name}) ${problem}`, index);
}

const malformed = (why: string, operation: number) =>
  fail(codedError(ledgerErrors, 'ledger.malformed', { message: `Not a transaction: ${why}.`, data: { operation } }));
