/** Verification of a transaction receipt: this transaction, or this operation of one, is on the ledger. Offline, from the bytes alone; never throws. */
import { ed25519Verify } from '#ed25519';
import { toHex } from '../../base/bytes.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import type { Trust } from '../attestation/trust.ts';
import type { Operation } from '../operations.ts';
import { decodeLedgerReceipt } from '../receipts/ledger-receipt.ts';
import { decodeTransactionReceipt, type TransactionReceipt } from '../receipts/transaction-receipt.ts';
import { decodeOperationProof, verifyOperationProof } from '../transaction/operation-proof.ts';
import { decodeTransaction, signingInput, type ShortTransaction } from '../transaction/transaction.ts';
import { ledgerFacts, ledgerOutcomes, ledgerStepTitles, type LedgerFacts, type LedgerStep } from './ledger.ts';
import { failed, held, outcome, report, type Outcome, type Report } from './report.ts';

const { form, ...ledgerTitles } = ledgerStepTitles;

const transactionStepTitles = {
  form,
  operations: 'The operations are those that were signed.',
  sender: 'The sender signed the transaction, for this ledger.',
  ...ledgerTitles,
} as const;

export type TransactionStep = 'operations' | 'sender' | LedgerStep;

export interface TransactionFacts extends Partial<LedgerFacts> {
  /** Ed25519 key of the sender: the ledger says whose it is. */
  readonly sender?: Uint8Array;
  /** Of the transaction as a whole. */
  readonly operationCount?: number;
  /** Names of the operations that are shown: all of them, or one. */
  readonly operations?: readonly string[];
}

interface Shown {
  readonly transaction: Pick<ShortTransaction, 'chainId' | 'sender' | 'hash' | 'signature' | 'body'>;
  readonly operationCount: number;
  readonly operations: readonly Operation[];
  readonly words: string;
}

export function verifyTransactionReceipt(bytes: Uint8Array, trust?: Trust): Report<TransactionStep, TransactionFacts> {
  const stop = (step: 'form' | 'operations', why: string) =>
    report(transactionStepTitles, { ...(step === 'form' ? {} : { form: held('It can be read.') }), [step]: failed(why) }, {});
  const decoded = decodeTransactionReceipt(bytes);
  if (!decoded.ok) return stop('form', decoded.error.message);
  const ledger = decodeLedgerReceipt(decoded.value.ledger);
  if (!ledger.ok) return stop('form', ledger.error.message);
  const shown = shownBy(decoded.value);
  if (!shown.ok) return stop('operations', shown.error.message);
  const { transaction, operationCount, operations, words } = shown.value;
  return report(
    transactionStepTitles,
    {
      form: held(`Transaction receipt of ${bytes.length} bytes.`),
      operations: held(words),
      sender: senderOutcome(transaction, ledger.value.header.chainId),
      ...ledgerOutcomes(ledger.value, transaction.hash, trust),
    },
    { ...ledgerFacts(ledger.value, transaction.hash), sender: transaction.sender, operationCount, operations: operations.map(({ op }) => op) },
  );
}

function shownBy({ about, subject }: TransactionReceipt): Result<Shown> {
  if (about === 'transaction') {
    const whole = decodeTransaction(subject);
    if (!whole.ok) return fail(whole.error);
    const { operations } = whole.value;
    return ok({ transaction: whole.value, operationCount: operations.length, operations, words: `All ${operations.length} operations.` });
  }
  const proof = decodeOperationProof(subject);
  if (!proof.ok) return proof;
  const proven = verifyOperationProof(proof.value);
  if (!proven.ok) return proven;
  const { transaction, operation, index } = proven.value;
  const { operationCount } = transaction;
  return ok({ transaction, operationCount, operations: [operation], words: `Operation ${index + 1} of ${operationCount}: ${operation.op}.` });
}

function senderOutcome({ chainId, sender, signature, body }: Shown['transaction'], ledger: string): Outcome {
  if (chainId !== ledger) return failed(`The transaction is for the ledger ${chainId}, not for ${ledger}.`);
  return outcome(ed25519Verify(sender, signingInput(body), signature), `Signed by the key ${toHex(sender)}.`, 'The signature does not verify.');
}
