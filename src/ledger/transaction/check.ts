/** The checks of a transaction that need no state. Signatures are the cost of a ledger: each is verified once, here, and never again. */
import { ed25519Verify } from '#ed25519';
import { codedError } from '../../base/errors.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import { ledgerErrors } from '../errors.ts';
import { decodeTransaction, signingInput, type Transaction } from './transaction.ts';

declare const checked: unique symbol;

/** A transaction whose form, limits, chain and signature hold. Only the functions of this file make one. */
export type CheckedTransaction = Transaction & { readonly [checked]: true };

/** `ledger.malformed`, `ledger.too-large`, `ledger.unknown-operation`, `ledger.wrong-chain`, `ledger.bad-signature`. */
export function checkTransaction(bytes: Uint8Array, chainId: string): Result<CheckedTransaction> {
  const decoded = decodeForChain(bytes, chainId);
  if (!decoded.ok) return decoded;
  const { sender, signature, body } = decoded.value;
  return signatureOutcome(decoded.value, ed25519Verify(sender, signingInput(body), signature));
}

/** The same for an engine that verifies signatures off the main thread; `verify` keeps the rule of `base/ed25519-rule.ts`. */
export async function checkTransactionWith(
  bytes: Uint8Array,
  chainId: string,
  verify: (publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array) => Promise<boolean>,
): Promise<Result<CheckedTransaction>> {
  const decoded = decodeForChain(bytes, chainId);
  if (!decoded.ok) return decoded;
  const { sender, signature, body } = decoded.value;
  return signatureOutcome(decoded.value, await verify(sender, signingInput(body), signature));
}

function decodeForChain(bytes: Uint8Array, chainId: string): Result<Transaction> {
  const decoded = decodeTransaction(bytes);
  if (decoded.ok && decoded.value.chainId !== chainId)
    return fail(
      codedError(ledgerErrors, 'ledger.wrong-chain', {
        message: `The transaction is meant for ${decoded.value.chainId}, this ledger is ${chainId}.`,
      }),
    );
  return decoded;
}

const signatureOutcome = (transaction: Transaction, valid: boolean): Result<CheckedTransaction> =>
  valid ? ok(transaction as CheckedTransaction) : fail(codedError(ledgerErrors, 'ledger.bad-signature'));
