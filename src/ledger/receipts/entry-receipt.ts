/**
 * Entry receipt: one entry of an organisation's log (a version of a record, an audit entry) is as it was when the organisation put its
 * log's head on the ledger. Stored as a `.cbor` file.
 *
 *   CBOR { v: 1, opening: { blinder: bstr(32), contentHash: bstr(32) }, log: { org, index, size, path: bstr (hashes, one after another) },
 *          anchor: bstr (operation proof), ledger: bstr (ledger receipt of that transaction) }
 */
import { concat } from '../../base/bytes.ts';
import { decodeCbor, encodeCbor } from '../../base/cbor.ts';
import { codedError } from '../../base/errors.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import { hasExactly, isBytes, isBytesUpTo, isUint } from '../../base/shape.ts';
import { anchor as anchorOperation } from '../anchors/operations.ts';
import { ledgerErrors } from '../errors.ts';
import { MAX_PATH_LENGTH } from '../proofs/merkle-log.ts';
import { fieldProblem } from '../schema/fields.ts';
import { MAX_TRANSACTION_BYTES } from '../transaction/schema.ts';
import { MAX_LEDGER_RECEIPT_BYTES } from './ledger-receipt.ts';

export interface EntryReceipt {
  readonly opening: { readonly blinder: Uint8Array; readonly contentHash: Uint8Array };
  readonly log: {
    readonly org: string;
    /** Position in the organisation's log. */
    readonly index: number;
    /** Size of the log as anchored. */
    readonly size: number;
    readonly path: readonly Uint8Array[];
  };
  /** Proof of the operation that anchors the log at this size (`transaction/operation-proof.ts`). */
  readonly anchor: Uint8Array;
  /** Ledger receipt of that transaction, as `LedgerClient.receipt` gives it. */
  readonly ledger: Uint8Array;
}

export const MAX_ENTRY_RECEIPT_BYTES = MAX_TRANSACTION_BYTES + MAX_LEDGER_RECEIPT_BYTES + 2048;
const VERSION = 1;

/** `anchor`: `encodeOperationProof(unwrap(proveOperation(signedBytes, index)))`. */
export const encodeEntryReceipt = ({ opening, log, anchor, ledger }: EntryReceipt): Uint8Array =>
  encodeCbor({
    v: VERSION,
    opening: { blinder: opening.blinder, contentHash: opening.contentHash },
    log: { org: log.org, index: log.index, size: log.size, path: concat(...log.path) },
    anchor,
    ledger,
  });

/** `ledger.malformed`. Says nothing about whether the receipt holds; anchor and ledger receipt are not looked into. */
export function decodeEntryReceipt(bytes: Uint8Array): Result<EntryReceipt> {
  if (bytes.length > MAX_ENTRY_RECEIPT_BYTES) return malformed(`more than ${MAX_ENTRY_RECEIPT_BYTES} bytes`);
  const decoded = decodeCbor(bytes);
  if (!decoded.ok) return malformed(decoded.error.message);
  const map = decoded.value;
  if (!hasExactly(map, ['v', 'opening', 'log', 'anchor', 'ledger'])) return malformed('not the map of an entry receipt');
  const { v, opening, log, anchor, ledger } = map;
  if (v !== VERSION) return malformed('an unknown version');
  if (!hasExactly(opening, ['blinder', 'contentHash']) || !isBytes(opening.blinder, 32) || !isBytes(opening.contentHash, 32))
    return malformed('the opening is not two strings of 32 bytes');
  if (!hasExactly(log, ['org', 'index', 'size', 'path']) || !isOrganisation(log.org)) return malformed('it names no organisation log');
  if (!isUint(log.size) || !isUint(log.index) || log.index >= log.size) return malformed('it names no entry of the log');
  if (!isBytesUpTo(log.path, 32 * MAX_PATH_LENGTH) || log.path.length % 32 !== 0) return malformed('the path is not a row of hashes');
  if (!isBytesUpTo(anchor, MAX_TRANSACTION_BYTES) || !isBytesUpTo(ledger, MAX_LEDGER_RECEIPT_BYTES))
    return malformed('anchor and ledger receipt are not byte strings within their limits');
  const { org, index, size } = log;
  return ok({
    opening: { blinder: opening.blinder, contentHash: opening.contentHash },
    log: { org, index, size, path: hashesOf(log.path) },
    anchor,
    ledger,
  });
}

const isOrganisation = (value: unknown): value is string => fieldProblem(anchorOperation.fields.org, value) === undefined;

const hashesOf = (row: Uint8Array): readonly Uint8Array[] => Array.from({ length: row.length / 32 }, (_, i) => row.slice(32 * i, 32 * i + 32));

const malformed = (why: string) => fail(codedError(ledgerErrors, 'ledger.malformed', { message: `Not an entry receipt: ${why}.` }));
