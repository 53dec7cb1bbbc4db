/** Verification of a ledger receipt: a transaction is on the ledger. Offline, from the bytes alone; never throws. */
import { ed25519Verify } from '#ed25519';
import { equalBytes, toHex } from '../../base/bytes.ts';
import { attestationOutcomes } from '../attestation/attestation-outcomes.ts';
import type { Trust } from '../attestation/trust.ts';
import { headerHash } from '../block/header.ts';
import { rootFromInclusion } from '../proofs/merkle-log.ts';
import { coseReceiptInput } from '../receipts/cose-receipt.ts';
import { decodeLedgerReceipt, type LedgerReceipt } from '../receipts/ledger-receipt.ts';
import { transactionLeaf } from '../transaction/transaction.ts';
import { failed, held, outcome, report, type Outcome, type Report } from './report.ts';

export const ledgerStepTitles = {
  form: 'The receipt can be read.',
  inclusion: 'The transaction is in the ledger’s transaction log.',
  signature: 'The node that gives the receipt signed the transaction log.',
  block: 'The block that carries the transaction log is attested.',
  trust: 'The ledger, and who attests its blocks, are the ones that you trust.',
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
  /** Ed25519 key of the node that signed the receipt. */
  readonly signedBy?: Uint8Array;
  /** Who attests the block: one node, or the validators, of whom as many signed. */
  readonly attestedBy?: 'node' | 'validators';
  readonly validatorSignatures?: number;
}

/** Is the transaction with this hash (32 bytes, SHA-256 of its short form) on the ledger? Without `trust` the best verdict is `incomplete`. */
export function verifyLedgerReceipt(receiptBytes: Uint8Array, transactionHash: Uint8Array, trust?: Trust): Report<LedgerStep, LedgerFacts> {
  const decoded = decodeLedgerReceipt(receiptBytes);
  if (!decoded.ok) return report(ledgerStepTitles, { form: failed(decoded.error.message) }, { transactionHash });
  const form = held(`Ledger receipt of ${receiptBytes.length} bytes.`);
  return report(ledgerStepTitles, { form, ...ledgerOutcomes(decoded.value, transactionHash, trust) }, ledgerFacts(decoded.value, transactionHash));
}

export const ledgerFacts = ({ header, headerBytes, receipt, attestation, issuer }: LedgerReceipt, transactionHash: Uint8Array) =>
  ({
    chainId: header.chainId,
    height: header.height,
    blockTime: header.time,
    blockHash: headerHash(headerBytes),
    transactionIndex: receipt.index,
    transactionHash,
    signedBy: issuer,
    ...(attestation.kind === 'node' ? { attestedBy: 'node' } : { attestedBy: 'validators', validatorSignatures: attestation.votes.length }),
  }) satisfies LedgerFacts;

/** The steps behind `form`, for a decoded receipt. */
export function ledgerOutcomes(
  { receipt, header, headerBytes, attestation, issuer }: LedgerReceipt,
  transactionHash: Uint8Array,
  trust: Trust | undefined,
): Readonly<Record<Exclude<LedgerStep, 'form'>, Outcome>> {
  const root = rootFromInclusion({ leaf: transactionLeaf(transactionHash), ...receipt });
  return {
    inclusion: inclusionOutcome(root, { size: header.logSize, root: header.logRoot }, receipt),
    signature: outcome(
      ed25519Verify(issuer, coseReceiptInput(header.logRoot), receipt.signature),
      `COSE signature over the log’s root, by the key ${toHex(issuer)}.`,
      'The COSE signature is not one of its issuer over this root.',
    ),
    ...attestationOutcomes({ header, hash: headerHash(headerBytes), attestation }, trust),
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
