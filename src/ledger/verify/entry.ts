/**
 * Verification of an entry receipt: this content was recorded by this organisation, at this position of its log, no later than this
 * block. Offline, from the bytes alone, in Node and in browsers; never throws, whatever the bytes are.
 *
 *   content ─SHA-256→ content hash ─blinder→ commitment → leaf ─path→ root = anchor's root → anchor transaction
 *     → leaf of the transaction log ─path→ root = header's root → signatures of the node → trust
 */
import { ed25519Verify } from '#ed25519';
import { equalBytes } from '../../base/bytes.ts';
import type { Trust } from '../attestation/trust.ts';
import { contentHash, commitment, leafHash } from '../proofs/commitment.ts';
import { verifyInclusion } from '../proofs/merkle-log.ts';
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
  log: 'The entry is in the organisation’s log.',
  anchor: 'The organisation put this log on the ledger.',
  ...ledgerTitles,
} as const;

export type EntryStep = 'content' | 'log' | 'anchor' | LedgerStep;

export interface EntryFacts extends Partial<LedgerFacts> {
  readonly organisation?: string;
  /** Position of the entry in the organisation's log, and the log's size when it was anchored. */
  readonly logIndex?: number;
  readonly logSize?: number;
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
  const { opening, log, anchor, ledger } = decoded.value;
  const claimed = { organisation: log.org, logIndex: log.index, logSize: log.size, contentHash: opening.contentHash };
  const contentStep = contentOutcome(content, opening.contentHash);

  const ledgerReceipt = decodeLedgerReceipt(ledger);
  if (!ledgerReceipt.ok) return report(entryStepTitles, { form: failed(ledgerReceipt.error.message), content: contentStep }, claimed);
  const formStep = held(`Entry receipt of ${receiptBytes.length} bytes.`);
  const proof = decodeOperationProof(anchor);
  if (!proof.ok) return report(entryStepTitles, { form: failed(proof.error.message), content: contentStep }, claimed);
  const hash = shortHash(proof.value.transaction);
  const onLedger = ledgerOutcomes(ledgerReceipt.value, hash, trust);
  const facts = { ...claimed, ...ledgerFacts(ledgerReceipt.value, hash) };

  const proven = verifyOperationProof(proof.value);
  if (!proven.ok) {
    return report(
      entryStepTitles,
      {
        form: formStep,
        content: contentStep,
        log: unchecked('There is no readable head of the log to compare with.'),
        anchor: failed(proven.error.message),
        ...onLedger,
      },
      facts,
    );
  }
  const heads = headsOf(proven.value, log.org);
  return report(
    entryStepTitles,
    {
      form: formStep,
      content: contentStep,
      log: logOutcome(decoded.value, heads),
      anchor: anchorOutcome(proven.value, ledgerReceipt.value.header.chainId, decoded.value, heads),
      ...onLedger,
    },
    { ...facts, anchoredBy: proven.value.transaction.sender },
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

interface TreeHead {
  readonly size: number;
  readonly root: Uint8Array;
}

const headsOf = ({ operation }: ProvenOperation, org: string): readonly TreeHead[] =>
  operation.op === 'anchors.anchor' && operation.org === org ? [{ size: operation.size, root: operation.root }] : [];

function logOutcome({ opening, log }: EntryReceipt, heads: readonly TreeHead[]): Outcome {
  const head = heads.find(({ size }) => size === log.size);
  if (!head) return unchecked('The anchor transaction has no head of this log at this size.');
  const leaf = leafHash(commitment(opening.blinder, opening.contentHash));
  const holds = verifyInclusion({ leaf, index: log.index, size: log.size, path: log.path, root: head.root });
  return outcome(holds, `Entry ${log.index} of ${log.size} in the log of ${log.org}.`, 'The path from the entry does not lead to the anchored root.');
}

function anchorOutcome({ transaction }: ProvenOperation, chainId: string, { log }: EntryReceipt, heads: readonly TreeHead[]): Outcome {
  if (transaction.chainId !== chainId) return failed(`The anchor is a transaction of the ledger ${transaction.chainId}, not of ${chainId}.`);
  if (heads.every(({ size }) => size !== log.size)) return failed(`The transaction does not anchor the log of ${log.org} at ${log.size} entries.`);
  const signed = ed25519Verify(transaction.sender, signingInput(transaction.body), transaction.signature);
  return outcome(
    signed,
    'Signed by the organisation’s key; the ledger accepts it under no other.',
    'The signature of the anchor transaction does not verify.',
  );
}
