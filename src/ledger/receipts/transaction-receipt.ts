/**
 * Transaction receipt: a ledger receipt together with what it is about, a whole transaction or one of its operations, so that the file says by itself
 * what is on the ledger. A `.cbor` file.
 *
 *   CBOR { type: "careledger/transaction-receipt/1", transaction: bstr | null (signed bytes), operation: bstr | null (operation proof), ledger: bstr }
 *
 * Exactly one of `transaction` and `operation` is null.
 */
import { decodeCbor, encodeCbor } from '../../base/cbor.ts';
import { codedError } from '../../base/errors.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import { hasExactly, isBytesUpTo } from '../../base/shape.ts';
import { ledgerErrors } from '../errors.ts';
import { MAX_TRANSACTION_BYTES } from '../transaction/schema.ts';
import { MAX_LEDGER_RECEIPT_BYTES } from './ledger-receipt.ts';

export interface TransactionReceipt {
  readonly about: 'transaction' | 'operation';
  /** Signed bytes of a transaction, or the encoded proof of one operation. */
  readonly subject: Uint8Array;
  /** Ledger receipt of the transaction. */
  readonly ledger: Uint8Array;
}

const MAX_SUBJECT_BYTES = 2 * MAX_TRANSACTION_BYTES;
export const MAX_TRANSACTION_RECEIPT_BYTES = MAX_SUBJECT_BYTES + MAX_LEDGER_RECEIPT_BYTES + 1024;
export const TRANSACTION_RECEIPT_TYPE = 'careledger/transaction-receipt/1';

export const encodeTransactionReceipt = ({ about, subject, ledger }: TransactionReceipt): Uint8Array =>
  encodeCbor({
    type: TRANSACTION_RECEIPT_TYPE,
    transaction: about === 'transaction' ? subject : null,
    operation: about === 'operation' ? subject : null,
    ledger,
  });

/** `ledger.malformed`. Says nothing about whether the receipt holds; its parts are not looked into. */
export function decodeTransactionReceipt(bytes: Uint8Array): Result<TransactionReceipt> {
  if (bytes.length > MAX_TRANSACTION_RECEIPT_BYTES) return malformed(`more than ${MAX_TRANSACTION_RECEIPT_BYTES} bytes`);
  const decoded = decodeCbor(bytes);
  if (!decoded.ok) return malformed(decoded.error.message);
  if (!hasExactly(decoded.value, ['type', 'transaction', 'operation', 'ledger']) || decoded.value.type !== TRANSACTION_RECEIPT_TYPE)
    return malformed('not the map of a transaction receipt');
  const { transaction, operation, ledger } = decoded.value;
  if (!isBytesUpTo(ledger, MAX_LEDGER_RECEIPT_BYTES)) return malformed('there is no ledger receipt');
  if (operation === null && isBytesUpTo(transaction, MAX_TRANSACTION_BYTES)) return ok({ about: 'transaction', subject: transaction, ledger });
  if (transaction === null && isBytesUpTo(operation, MAX_SUBJECT_BYTES)) return ok({ about: 'operation', subject: operation, ledger });
  return malformed('it is not about one transaction or one operation');
}

const malformed = (why: string) => fail(codedError(ledgerErrors, 'ledger.malformed', { message: `Not a transaction receipt: ${why}.` }));
