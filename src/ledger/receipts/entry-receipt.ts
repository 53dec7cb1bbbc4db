/**
 * Entry receipt: one entry of an organisation's log (a version of a record, an audit entry) is as it was when the organisation put the
 * batch with it on the ledger. Stored as a `.cbor` file. A list instead of a map: receipts travel and are kept by the thousand.
 *
 *   CBOR [ 1,
 *          [ blinder: bstr(32), contentHash: bstr(32) ],                          opening of the entry
 *          [ blinder: bstr(32), size, index, path: bstr (hashes, one after another) ],   opening of the batch, place of the entry in it
 *          anchor: bstr (operation proof),
 *          ledger: bstr (ledger receipt of that transaction) ]
 */
import { concat } from '../../base/bytes.ts';
import { decodeCbor, encodeCbor } from '../../base/cbor.ts';
import { codedError } from '../../base/errors.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import { isBytes, isBytesUpTo, isUint } from '../../base/shape.ts';
import { ledgerErrors } from '../errors.ts';
import { MAX_BATCH_ENTRIES, MAX_BATCH_PATH } from '../proofs/batch.ts';
import { MAX_TRANSACTION_BYTES } from '../transaction/schema.ts';
import { MAX_LEDGER_RECEIPT_BYTES } from './ledger-receipt.ts';

/** Where an entry is in its batch, and what opens the batch's commitment. */
export interface BatchProof {
  readonly blinder: Uint8Array;
  /** Entries in the batch. */
  readonly size: number;
  /** Place of the entry in the batch, from 0. */
  readonly index: number;
  readonly path: readonly Uint8Array[];
}

export interface EntryReceipt {
  readonly opening: { readonly blinder: Uint8Array; readonly contentHash: Uint8Array };
  readonly batch: BatchProof;
  /** Proof of the operation that anchors the batch (`transaction/operation-proof.ts`). */
  readonly anchor: Uint8Array;
  /** Ledger receipt of that transaction, as `LedgerClient.receipt` gives it. */
  readonly ledger: Uint8Array;
}

export const MAX_ENTRY_RECEIPT_BYTES = MAX_TRANSACTION_BYTES + MAX_LEDGER_RECEIPT_BYTES + 2048;
const VERSION = 1;

/** `anchor`: `encodeOperationProof(unwrap(proveOperation(signedBytes, index)))`. */
export const encodeEntryReceipt = ({ opening, batch, anchor, ledger }: EntryReceipt): Uint8Array =>
  encodeCbor([VERSION, [opening.blinder, opening.contentHash], [batch.blinder, batch.size, batch.index, concat(...batch.path)], anchor, ledger]);

/** `ledger.malformed`. Says nothing about whether the receipt holds; anchor and ledger receipt are not looked into. */
export function decodeEntryReceipt(bytes: Uint8Array): Result<EntryReceipt> {
  if (bytes.length > MAX_ENTRY_RECEIPT_BYTES) return malformed(`more than ${MAX_ENTRY_RECEIPT_BYTES} bytes`);
  const decoded = decodeCbor(bytes);
  if (!decoded.ok) return malformed(decoded.error.message);
  if (!isList(decoded.value, 5)) return malformed('not the list of an entry receipt');
  const [v, opening, batch, anchor, ledger] = decoded.value;
  if (v !== VERSION) return malformed('an unknown version');
  if (!isList(opening, 2) || !isBytes(opening[0], 32) || !isBytes(opening[1], 32)) return malformed('the opening is not two strings of 32 bytes');
  if (!isList(batch, 4) || !isBytes(batch[0], 32)) return malformed('it opens no batch');
  const [blinder, size, index, path] = batch;
  if (!isUint(size, MAX_BATCH_ENTRIES) || !isUint(index) || index >= size) return malformed('it names no entry of the batch');
  if (!isBytesUpTo(path, 32 * MAX_BATCH_PATH) || path.length % 32 !== 0) return malformed('the path is not a row of hashes');
  if (!isBytesUpTo(anchor, MAX_TRANSACTION_BYTES) || !isBytesUpTo(ledger, MAX_LEDGER_RECEIPT_BYTES))
    return malformed('anchor and ledger receipt are not byte strings within their limits');
  return ok({
    opening: { blinder: opening[0], contentHash: opening[1] },
    batch: { blinder: blinder as Uint8Array, size, index, path: hashesOf(path) },
    anchor,
    ledger,
  });
}

const isList = (value: unknown, length: number): value is readonly unknown[] => Array.isArray(value) && value.length === length;

const hashesOf = (row: Uint8Array): readonly Uint8Array[] => Array.from({ length: row.length / 32 }, (_, i) => row.slice(32 * i, 32 * i + 32));

const malformed = (why: string) => fail(codedError(ledgerErrors, 'ledger.malformed', { message: `Not an entry receipt: ${why}.` }));
