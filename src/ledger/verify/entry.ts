/**
 * Verification of an entry receipt: this content was recorded by this organisation, in this batch of its log, no later than this block.
 * Offline, from the bytes alone, in Node and in browsers; never throws, whatever the bytes are.
 *
 *   content ─SHA-256→ content hash ─blinder→ commitment → leaf ─path→ root of the batch ─blinder, size→ commitment = the anchor's
 *     → anchor transaction → leaf of the transaction log ─path→ root = header's root → signatures of the node → trust
 */
import { ed25519Verify } from '#ed25519';
import { equalBytes } from '../../base/bytes.ts';
import type { Anchor } from '../anchors/operations.ts';
import type { Trust } from '../attestation/trust.ts';
import { batchCommitment } from '../proofs/batch.ts';
import { contentHash, commitment, leafHash } from '../proofs/commitment.ts';
import { rootFromInclusion } from '../proofs/merkle-log.ts';
import { decodeEntryReceipt, type EntryReceipt } from '../receipts/entry-receipt.ts';
import { decodeLedgerReceipt } from '../receipts/ledger-receipt.ts';
import { decodeOperationProof, verifyOperationProof, type ProvenOperation } from '../transaction/operation-proof.ts';
import { shortHash, signingInput } from '../transaction/transaction.ts';
import { ledgerFacts, ledgerOutcomes, ledgerStepTitles, type LedgerFacts, type LedgerStep } from './ledger.ts';
import { failed, held, notAsked, outcome, report, unchecked, type Outcome, type Report } from './report.ts';

const { form, ...ledgerTitles } = ledgerStepTitles;

const entryStepTitles = {
  form,
  content: 'The content is the one that was recorded.',
  log: 'The entry is in the batch of the organisation’s log.',
  anchor: 'The organisation put this batch on the ledger.',
  ...ledgerTitles,
} as const;

export type EntryStep = 'content' | 'log' | 'anchor' | LedgerStep;

export interface EntryFacts extends Partial<LedgerFacts> {
  readonly organisation?: string;
  /** Number of the batch among the organisation's batches. */
  readonly batch?: number;
  /** Place of the entry in the batch, from 0, and how many entries the batch has. */
  readonly batchIndex?: number;
  readonly batchSize?: number;
  readonly contentHash?: Uint8Array;
  /** Key that signed the anchor: the ledger takes anchors only under the organisation's own key. */
  readonly anchoredBy?: Uint8Array;
}

export interface EntryQuestion {
  /** The canonical bytes. Without them the report is about whatever content has the receipt's hash. */
  readonly content?: Uint8Array;
  /** Without it the best verdict is `incomplete`. */
  readonly trust?: Trust;
}

export function verifyEntryReceipt(receiptBytes: Uint8Array, { content, trust }: EntryQuestion = {}): Report<EntryStep, EntryFacts> {
  const decoded = decodeEntryReceipt(receiptBytes);
  if (!decoded.ok) return report(entryStepTitles, { form: failed(decoded.error.message) }, {});
  const { opening, batch, anchor, ledger } = decoded.value;
  const claimed = { batchIndex: batch.index, batchSize: batch.size, contentHash: opening.contentHash };
  const contentStep = contentOutcome(content, opening.contentHash);

  const ledgerReceipt = decodeLedgerReceipt(ledger);
  if (!ledgerReceipt.ok) return report(entryStepTitles, { form: failed(ledgerReceipt.error.message), content: contentStep }, claimed);
  const proof = decodeOperationProof(anchor);
  if (!proof.ok) return report(entryStepTitles, { form: failed(proof.error.message), content: contentStep }, claimed);
  const formStep = held(`Entry receipt of ${receiptBytes.length} bytes.`);
  const hash = shortHash(proof.value.transaction);
  const steps = { form: formStep, content: contentStep, ...ledgerOutcomes(ledgerReceipt.value, hash, trust) };
  const facts = { ...claimed, ...ledgerFacts(ledgerReceipt.value, hash) };

  const noAnchor = unchecked('There is no readable anchor to compare with.');
  const proven = verifyOperationProof(proof.value);
  if (!proven.ok) return report(entryStepTitles, { ...steps, log: noAnchor, anchor: failed(proven.error.message) }, facts);
  const { operation, transaction } = proven.value;
  if (operation.op !== 'anchors.anchor')
    return report(entryStepTitles, { ...steps, log: noAnchor, anchor: failed(`The operation is not an anchor but ${operation.op}.`) }, facts);
  return report(
    entryStepTitles,
    { ...steps, log: logOutcome(decoded.value, operation), anchor: anchorOutcome(proven.value, ledgerReceipt.value.header.chainId) },
    { ...facts, organisation: operation.org, batch: operation.number, anchoredBy: transaction.sender },
  );
}

function contentOutcome(content: Uint8Array | undefined, expected: Uint8Array): Outcome {
  if (!content) return notAsked('No content was given: the receipt is checked for the content that has its hash.');
  return outcome(
    equalBytes(contentHash(content), expected),
    `SHA-256 over ${content.length} bytes is the receipt’s.`,
    'The content has another hash than the receipt.',
  );
}

function logOutcome({ opening, batch }: EntryReceipt, anchor: Anchor): Outcome {
  const { index, size, path } = batch;
  const root = rootFromInclusion({ leaf: leafHash(commitment(opening.blinder, opening.contentHash)), index, size, path });
  if (!root) return failed('The path does not fit the place in the batch.');
  return outcome(
    equalBytes(batchCommitment(batch.blinder, size, root), anchor.commitment),
    `Entry ${index} of the ${size} in batch ${anchor.number} of ${anchor.org}.`,
    'The path from the entry does not lead to the commitment on the ledger.',
  );
}

function anchorOutcome({ transaction }: ProvenOperation, chainId: string): Outcome {
  if (transaction.chainId !== chainId) return failed(`The anchor is a transaction of the ledger ${transaction.chainId}, not of ${chainId}.`);
  return outcome(
    ed25519Verify(transaction.sender, signingInput(transaction.body), transaction.signature),
    'Signed by the organisation’s key; the ledger accepts it under no other.',
    'The signature of the anchor transaction does not verify.',
  );
}
