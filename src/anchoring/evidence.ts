/**
 * What shows that a batch is on the ledger: the proof of its anchor and the ledger receipt of the transaction. Kept with the batch, so
 * that receipts of its entries can be given when the ledger has long forgotten the transaction, or has been continued by another one.
 *
 *   stored = HMAC-SHA-256(batch key, "careledger/evidence/1" ‖ uint64 number ‖ CBOR) ‖ CBOR [ anchor: bstr, ledger receipt: bstr ]
 */
import { createHmac } from 'node:crypto';
import { concat, equalBytes, uint64, utf8 } from '../base/bytes.ts';
import { decodeCbor, encodeCbor } from '../base/cbor.ts';
import { unwrap } from '../base/result.ts';
import { isBytesUpTo } from '../base/shape.ts';
import type { LedgerClient } from '../ledger/client.ts';
import type { Anchor } from '../ledger/anchors/operations.ts';
import { MAX_LEDGER_RECEIPT_BYTES } from '../ledger/receipts/ledger-receipt.ts';
import { decodeOperationProof, encodeOperationProof, proveOperation, verifyOperationProof } from '../ledger/transaction/operation-proof.ts';
import { MAX_TRANSACTION_BYTES } from '../ledger/transaction/schema.ts';
import { shortHash } from '../ledger/transaction/transaction.ts';
import { anchorAt, transactionAt, type Place } from './ledger-anchors.ts';

export interface Evidence {
  /** Operation proof. */
  readonly anchor: Uint8Array;
  readonly ledger: Uint8Array;
}

const TAG_BYTES = 32;

const tagOf = (key: Uint8Array, number: number, bytes: Uint8Array): Uint8Array =>
  createHmac('sha256', key)
    .update(concat(utf8('careledger/evidence/1'), uint64(number), bytes))
    .digest();

export function encodeEvidence(key: Uint8Array, number: number, { anchor, ledger }: Evidence): Uint8Array {
  const bytes = encodeCbor([anchor, ledger]);
  return concat(tagOf(key, number, bytes), bytes);
}

/** Undefined when it is not what was stored for this batch. */
export function decodeEvidence(key: Uint8Array, number: number, stored: Uint8Array): Evidence | undefined {
  const bytes = stored.subarray(TAG_BYTES);
  if (!equalBytes(stored.subarray(0, TAG_BYTES), tagOf(key, number, bytes))) return undefined;
  const decoded = decodeCbor(bytes);
  if (!decoded.ok || !Array.isArray(decoded.value)) return undefined;
  const [anchor, ledger] = decoded.value as readonly unknown[];
  return isBytesUpTo(anchor, 2 * MAX_TRANSACTION_BYTES) && isBytesUpTo(ledger, MAX_LEDGER_RECEIPT_BYTES) ? { anchor, ledger } : undefined;
}

/** From the ledger; throws where it does not have the anchor, or can't attest it yet. */
export async function evidenceOnLedger(ledger: LedgerClient, organisation: string, number: number, { logIndex }: Place): Promise<Evidence> {
  const [transaction, anchor] = await Promise.all([transactionAt(ledger, logIndex), anchorAt(ledger, organisation, logIndex, number)]);
  if (!transaction || !anchor) throw new Error(`the ledger has no anchor ${number} at position ${logIndex}`);
  return { anchor: encodeOperationProof(unwrap(proveOperation(transaction.bytes, anchor.operation))), ledger: await ledger.receipt(logIndex) };
}

/** The anchor that the evidence is of. */
export function anchorIn({ anchor }: Evidence): Anchor | undefined {
  const proof = decodeOperationProof(anchor);
  const proven = proof.ok ? verifyOperationProof(proof.value) : undefined;
  return proven?.ok && proven.value.operation.op === 'anchors.anchor' ? proven.value.operation : undefined;
}

/** Hash of the transaction that it is in. */
export function transactionIn({ anchor }: Evidence): Uint8Array | undefined {
  const proof = decodeOperationProof(anchor);
  return proof.ok ? shortHash(proof.value.transaction) : undefined;
}
