/**
 * The hash paths of a transaction's operations travel beside the signed body, which has only their hash. They are what makes anchors
 * long (up to 1.8 kB) and they matter to one reader only: the ledger, at the moment it decides. So a receipt can leave them out.
 *
 *   evidence = empty when no operation has a field of kind `bytes-list`; otherwise
 *              CBOR [ list of hashes, … ]: one list for each such field, operations in order, fields in the order of the schema
 */
import { sha256 } from '#sha256';
import { equalBytes } from '../../base/bytes.ts';
import { decodeCbor, encodeCbor } from '../../base/cbor.ts';
import { codedError } from '../../base/errors.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import { ledgerErrors } from '../errors.ts';
import { operationSchemas, type Operation } from '../operations.ts';
import { fieldProblem, type Fields } from '../schema/fields.ts';

/** An operation without its hash paths. Checked against `signedFields` of its schema. */
export type SignedOperation = Operation extends infer O ? (O extends Operation ? Omit<O, 'path'> : never) : never;

const EMPTY = new Uint8Array(0);

const isEvidence = (fields: Fields, name: string): boolean => fields[name]!.kind === 'bytes-list';
const fieldsOf = (operation: { readonly op: string }): Fields => operationSchemas.get(operation.op)!.fields;

/** By operation: the fields that stand in the signed body. */
export const signedFields: ReadonlyMap<string, Fields> = new Map(
  Array.from(operationSchemas, ([name, { fields }]) => [
    name,
    Object.fromEntries(Object.entries<Fields[string]>(fields).filter(([field]) => !isEvidence(fields, field))),
  ]),
);

/** By operation: the names of the fields that do not. */
const evidenceFields: ReadonlyMap<string, readonly string[]> = new Map(
  Array.from(operationSchemas, ([name, { fields }]) => [name, Object.keys(fields).filter((field) => isEvidence(fields, field))]),
);

export function withoutEvidence(operation: Operation): SignedOperation {
  if (evidenceFields.get(operation.op)!.length === 0) return operation as SignedOperation;
  const fields = fieldsOf(operation);
  return Object.fromEntries(Object.entries(operation).filter(([name]) => !isEvidence(fields, name))) as unknown as SignedOperation;
}

export function encodeEvidence(operations: readonly Operation[]): Uint8Array {
  const lists = operations.flatMap((operation) =>
    evidenceFields.get(operation.op)!.map((name) => (operation as unknown as Record<string, readonly Uint8Array[]>)[name]!),
  );
  return lists.length === 0 ? EMPTY : encodeCbor(lists);
}

export const evidenceHash = (evidence: Uint8Array): Uint8Array => (evidence.length === 0 ? EMPTY : sha256(evidence));

/** The whole operations again. `ledger.malformed` unless the evidence is the one that the body names, and nothing is missing or left over. */
export function joinEvidence(operations: readonly SignedOperation[], expectedHash: Uint8Array, evidence: Uint8Array): Result<readonly Operation[]> {
  if (!equalBytes(evidenceHash(evidence), expectedHash)) return malformed('it is not the evidence that the body names');
  const decoded = evidence.length === 0 ? ok([]) : decodeCbor(evidence);
  if (!decoded.ok) return malformed(decoded.error.message);
  if (!Array.isArray(decoded.value) || (decoded.value.length === 0 && evidence.length > 0)) return malformed('it is not a list');
  const lists = decoded.value as readonly unknown[];
  let at = 0;
  const whole: Operation[] = [];
  for (const operation of operations) {
    const names = evidenceFields.get(operation.op)!;
    if (names.length === 0) {
      whole.push(operation as Operation);
      continue;
    }
    const fields = fieldsOf(operation);
    const added: Record<string, unknown> = {};
    for (const name of names) {
      const problem = fieldProblem(fields[name]!, lists[at]);
      if (problem !== undefined) return malformed(`list ${at} ${problem}`);
      added[name] = lists[at++];
    }
    whole.push({ ...operation, ...added } as Operation);
  }
  return at === lists.length ? ok(whole) : malformed('it has more lists than the operations need');
}

const malformed = (why: string) => fail(codedError(ledgerErrors, 'ledger.malformed', { message: `Not the evidence of a transaction: ${why}.` }));
