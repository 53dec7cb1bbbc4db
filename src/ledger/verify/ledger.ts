/** Verification of a ledger receipt: a transaction is on the ledger. Offline, from the bytes alone; never throws. */
import { ed25519Verify } from '#ed25519';
import { equalBytes, toHex } from '../../base/bytes.ts';
import { timeText } from '../../base/time-text.ts';
import { headerHash, verifyAttestation } from '../block/header.ts';
import { rootFromInclusion } from '../proofs/merkle-log.ts';
import { coseReceiptInput } from '../receipts/cose-receipt.ts';
import { decodeLedgerReceipt, type LedgerReceipt } from '../receipts/ledger-receipt.ts';
import { transactionLeaf } from '../transaction/transaction.ts';
import { failed, held, outcome, report, unchecked, type Outcome, type Report, type Trust } from './report.ts';

export const ledgerStepTitles = {
  form: 'The receipt can be read.',
  inclusion: 'The transaction is in the ledger’s transaction log.',
  signature: 'A node of the ledger signed the transaction log.',
  block: 'The block that carries the transaction log is signed by the node that made it.',
  trust: 'The ledger and the node are the ones that you trust.',
} as const;

export type LedgerStep = keyof typeof ledgerStepTitles;

export interface LedgerFacts {
  readonly chainId?: string;
  readonly height?: number;
  /** Milliseconds since 1970, as the block's maker says. */
  readonly blockTime?: number;
  readonly blockHash?: Uint8Array;
  /** Position in the transaction log. */
  readonly transactionIndex?: number;
  readonly transactionHash: Uint8Array;
  /** Ed25519 key of the node that signed. */
  readonly signedBy?: Uint8Array;
}

/** Is the transaction with this hash (32 bytes, SHA-256 of its signed bytes) on the ledger? Without `trust` the best verdict is `incomplete`. */
export function verifyLedgerReceipt(receiptBytes: Uint8Array, transactionHash: Uint8Array, trust?: Trust): Report<LedgerStep, LedgerFacts> {
  const decoded = decodeLedgerReceipt(receiptBytes);
  if (!decoded.ok) return report(ledgerStepTitles, { form: failed(decoded.error.message) }, { transactionHash });
  const form = held(`Ledger receipt of ${receiptBytes.length} bytes.`);
  return report(ledgerStepTitles, { form, ...ledgerOutcomes(decoded.value, transactionHash, trust) }, ledgerFacts(decoded.value, transactionHash));
}

export const ledgerFacts = ({ header, headerBytes, receipt }: LedgerReceipt, transactionHash: Uint8Array) => ({
  chainId: header.chainId,
  height: header.height,
  blockTime: header.time,
  blockHash: headerHash(headerBytes),
  transactionIndex: receipt.index,
  transactionHash,
  signedBy: header.proposer,
});

/** The steps behind `form`, for a decoded receipt. */
export function ledgerOutcomes(
  { receipt, header, headerBytes, attestation }: LedgerReceipt,
  transactionHash: Uint8Array,
  trust: Trust | undefined,
): Readonly<Record<Exclude<LedgerStep, 'form'>, Outcome>> {
  const root = rootFromInclusion({ leaf: transactionLeaf(transactionHash), ...receipt });
  return {
    inclusion: inclusionOutcome(root, { size: header.logSize, root: header.logRoot }, receipt),
    signature: outcome(
      ed25519Verify(header.proposer, coseReceiptInput(header.logRoot), receipt.signature),
      `COSE signature over the log’s root, by the key ${toHex(header.proposer)}.`,
      'The COSE signature is not one of the block’s maker over this root.',
    ),
    block: outcome(
      verifyAttestation(headerHash(headerBytes), header.proposer, attestation.signature),
      `Block ${header.height}, made ${timeText(header.time)}.`,
      'The signature over the block’s header does not verify.',
    ),
    trust: trustOutcome(header, trust),
  };
}

function inclusionOutcome(
  root: Uint8Array | undefined,
  log: { readonly size: number; readonly root: Uint8Array },
  claimed: { readonly index: number; readonly size: number },
): Outcome {
  // The same path can lead to the same root under several sizes: the size must be the one that the signed header names.
  if (claimed.size !== log.size) return failed(`The proof is for a log of ${claimed.size} transactions, the block’s log has ${log.size}.`);
  if (!root) return failed('The path does not fit the position.');
  return outcome(equalBytes(root, log.root), `Transaction ${claimed.index} of ${log.size}.`, 'The path leads to another root than the block’s.');
}

function trustOutcome(header: { readonly chainId: string; readonly proposer: Uint8Array }, trust: Trust | undefined): Outcome {
  if (!trust) return unchecked('No ledger and no node key were given to compare with.');
  if (header.chainId !== trust.chainId) return failed(`The receipt is of the ledger ${header.chainId}, not of ${trust.chainId}.`);
  return outcome(
    equalBytes(header.proposer, trust.nodeKey),
    `Ledger ${trust.chainId}, node key ${toHex(trust.nodeKey)}.`,
    'The block is signed by another node key than the one given.',
  );
}
