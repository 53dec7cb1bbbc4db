/** Blocks and transactions as the explorer shows them: decoded by the ledger's own schemas, each field with its class. */
import { toHex } from '../../base/bytes.ts';
import type { BlockSummary, DecodedOperation, TransactionSummary } from '../../contract/explorer.ts';
import type { BlockView, TransactionView } from '../../ledger/client.ts';
import { operationSchemas, type Operation } from '../../ledger/operations.ts';
import type { Fields } from '../../ledger/schema/fields.ts';
import { decodeTransaction, type Transaction } from '../../ledger/transaction/transaction.ts';
import { operationSentence } from './words.ts';

export interface Names {
  /** By organisation id. */
  nameOf(organisation: string): string;
  /** By signing key (hexadecimal): the member whose key it is or was. */
  senderOf(key: string): { readonly id: string; readonly name: string };
}

const iso = (time: number): string => new Date(time).toISOString();

const fieldText = (value: unknown): string => {
  if (value instanceof Uint8Array) return toHex(value);
  if (Array.isArray(value)) return value.map((item) => fieldText(item)).join(' ');
  return String(value);
};

function decodedOperation(operation: Operation, names: Names): DecodedOperation {
  const schema = operationSchemas.get(operation.op)!;
  const values = operation as unknown as Readonly<Record<string, unknown>>;
  return {
    module: schema.module,
    action: schema.action,
    sentence: operationSentence(operation, names.nameOf, toHex),
    fields: decodedFields(schema.fields, values),
  };
}

/** An operation within the operation is shown by its name, and each of its fields as `action.<field>` with the class that it has there. */
function decodedFields(fields: Fields, values: Readonly<Record<string, unknown>>, within = ''): DecodedOperation['fields'] {
  return Object.entries(fields)
    .filter(([name]) => name !== 'op' || within !== '')
    .flatMap(([name, field]) => {
      const value = values[name];
      if (field.kind !== 'operation') return { name: within + name, class: field.class, value: fieldText(value) };
      const nested = value as Readonly<Record<string, unknown>>;
      const schema = field.of.find((one) => one.name === nested['op']);
      return decodedFields(schema?.fields ?? {}, nested, `${within}${name}.`);
    });
}

/** What the ledger accepted always decodes; undefined keeps the explorer standing should it not. */
export function decode(bytes: Uint8Array): Transaction | undefined {
  const decoded = decodeTransaction(bytes);
  return decoded.ok ? decoded.value : undefined;
}

export function transactionSummary(view: TransactionView, time: number, names: Names): TransactionSummary {
  const transaction = decode(view.bytes);
  return {
    hash: toHex(view.hash),
    height: view.height,
    logIndex: view.logIndex,
    time: iso(time),
    sender: transaction ? names.senderOf(toHex(transaction.sender)) : { id: '', name: '' },
    bytes: view.bytes.length,
    operations: (transaction?.operations ?? []).map((operation) => decodedOperation(operation, names)),
  };
}

export const blockSummary = (block: BlockView, names: Names): BlockSummary => ({
  height: block.height,
  time: iso(block.time),
  hash: toHex(block.hash),
  transactions: block.transactions.length,
  operations: block.transactions.reduce((sum, bytes) => sum + (decode(bytes)?.operations.length ?? 0), 0),
  pruned: block.pruned === true,
  proposer: names.senderOf(block.proposer).name,
  bytes: block.bytes.length,
});
