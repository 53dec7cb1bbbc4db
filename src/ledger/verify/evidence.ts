/** Evidence of any kind, recognised by what is in it: what a command line or a page does with a file that somebody hands in. Never throws. */
import { sha256 } from '#sha256';
import { decodeCbor } from '../../base/cbor.ts';
import { isTrustBundle } from '../attestation/trust-bundle.ts';
import type { Trust } from '../attestation/trust.ts';
import { STATE_RECEIPT_TYPE } from '../receipts/state-receipt.ts';
import { TRANSACTION_RECEIPT_TYPE } from '../receipts/transaction-receipt.ts';
import { decodeShortTransaction, splitTransaction } from '../transaction/transaction.ts';

import { verifyEntryReceipt, type EntryFacts, type EntryStep } from './entry.ts';
import { verifyLedgerReceipt, type LedgerFacts, type LedgerStep } from './ledger.ts';
import type { Report } from './report.ts';
import { verifyStateReceipt, type StateFacts, type StateStep } from './state.ts';
import { verifyTransactionReceipt, type TransactionFacts, type TransactionStep } from './transaction.ts';
import { verifyTrustBundle, type BundleFacts, type BundleStep } from './trust-bundle.ts';

export type EvidenceKind = 'entry-receipt' | 'ledger-receipt' | 'transaction-receipt' | 'state-receipt' | 'trust-bundle';

export type EvidenceStep = EntryStep | LedgerStep | TransactionStep | StateStep | BundleStep;
export type EvidenceFacts = Partial<EntryFacts & LedgerFacts & TransactionFacts & StateFacts & BundleFacts>;

export interface Evidence {
  readonly kind: EvidenceKind;
  readonly report: Report<EvidenceStep, EvidenceFacts>;
}

export interface EvidenceQuestion {
  /** What the receipt should be about: canonical bytes of an entry; for a ledger receipt the transaction, whole or in short form. */
  readonly content?: Uint8Array;
  /** Without it the best verdict is `incomplete`. */
  readonly trust?: Trust;
  /** For a trust bundle: hash of the genesis that is known. */
  readonly genesisHash?: Uint8Array;
}

/** Undefined: bytes of another kind. What is cut off or damaged is none of these. */
export function evidenceKind(bytes: Uint8Array): EvidenceKind | undefined {
  const decoded = decodeCbor(bytes);
  if (!decoded.ok) return undefined;
  const { value } = decoded;
  if (isTrustBundle(value)) return 'trust-bundle';
  const type = typeof value === 'object' && value !== null && 'type' in value ? value.type : undefined;
  if (type === STATE_RECEIPT_TYPE) return 'state-receipt';
  if (type === TRANSACTION_RECEIPT_TYPE) return 'transaction-receipt';
  if (!Array.isArray(value) || value.length !== 5) return undefined;
  return Array.isArray(value[1]) ? 'entry-receipt' : 'ledger-receipt';
}

/** Bytes of no known kind are judged as an entry receipt, which says what is wrong with them. */
export function verifyEvidence(bytes: Uint8Array, { content, trust, genesisHash }: EvidenceQuestion = {}): Evidence {
  const kind = evidenceKind(bytes) ?? 'entry-receipt';
  return { kind, report: reportOf() };

  function reportOf(): Evidence['report'] {
    if (kind === 'state-receipt') return verifyStateReceipt(bytes, trust);
    if (kind === 'transaction-receipt') return verifyTransactionReceipt(bytes, trust);
    if (kind === 'trust-bundle') return verifyTrustBundle(bytes, genesisHash).report;
    if (kind === 'ledger-receipt') return verifyLedgerReceipt(bytes, hashOf(content), trust);
    return verifyEntryReceipt(bytes, { ...(content === undefined ? {} : { content }), ...(trust === undefined ? {} : { trust }) });
  }
}

/** Of a transaction, whole or in short form; of anything else a hash that no receipt has. */
function hashOf(content: Uint8Array | undefined): Uint8Array {
  if (content === undefined) return new Uint8Array(32);
  const short = decodeShortTransaction(content);
  if (short.ok) return short.value.hash;
  const parts = splitTransaction(content);
  return parts.ok ? sha256(parts.value.short) : new Uint8Array(32);
}
