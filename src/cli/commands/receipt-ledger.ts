/** `careledger receipt --grant | --key | --transaction`: what stands on the ledger, or does not, as a file that is checked anywhere. */
import { fromHex } from '../../base/bytes.ts';
import { codedError } from '../../base/errors.ts';
import { unwrap } from '../../base/result.ts';
import { grantKey } from '../../ledger/grants/state.ts';
import { encodeTransactionReceipt } from '../../ledger/receipts/transaction-receipt.ts';
import { encodeOperationProof, proveOperation } from '../../ledger/transaction/operation-proof.ts';
import { decodeTransaction } from '../../ledger/transaction/transaction.ts';
import { verifyStateReceipt } from '../../ledger/verify/state.ts';
import { CommandError, type CommandContext } from '../command.ts';
import { cliErrors } from '../errors.ts';
import { fetchEvidence, requiredFile, save, sourceUrl } from '../ledger-source.ts';

const HASH = /^[0-9a-f]{64}$/;

/** Whether the options ask for something of the ledger rather than for a record. */
export const asksForLedger = (context: CommandContext): boolean => ['grant', 'key', 'transaction'].some((name) => context.text(name) !== undefined);

export async function ledgerReceipt(context: CommandContext): Promise<boolean> {
  const [grant, key, transaction] = ['grant', 'key', 'transaction'].map((name) => context.text(name));
  if (context.positionals.length > 0 || [grant, key, transaction].filter((text) => text !== undefined).length > 1)
    throw usage('Say one of a record, --grant, --key and --transaction.');
  if (transaction !== undefined) return transactionReceipt(context, hashOf(transaction, 'transaction'));
  return stateReceipt(context, grant === undefined ? key! : grantKey(fromHex(hashOf(grant, 'grant'))));
}

async function stateReceipt(context: CommandContext, key: string): Promise<boolean> {
  const out = requiredFile(context);
  const height = context.text('height');
  const query = new URLSearchParams({ key, ...(height === undefined ? {} : { height }) });
  const receipt = await fetchEvidence(context, `${await sourceUrl(context)}/explorer/api/state?${query}`);
  const { facts } = verifyStateReceipt(receipt);
  await save(out, receipt);
  context.say(`${out}: ${facts.sentence ?? 'a receipt that cannot be read'}`);
  context.result({ file: out, bytes: receipt.length, key, height: facts.height, present: facts.present, sentence: facts.sentence });
  return facts.sentence !== undefined;
}

async function transactionReceipt(context: CommandContext, hash: string): Promise<boolean> {
  const out = requiredFile(context);
  const base = `${await sourceUrl(context)}/explorer/api/transactions/${hash}`;
  const [transaction, ledger] = await Promise.all([fetchEvidence(context, `${base}/raw`), fetchEvidence(context, `${base}/receipt`)]);
  const number = context.text('operation');
  const receipt = encodeTransactionReceipt(
    number === undefined
      ? { about: 'transaction', subject: transaction, ledger }
      : { about: 'operation', subject: operationOf(transaction, Number(number)), ledger },
  );
  await save(out, receipt);
  context.say(`${out}: receipt of transaction ${hash}${number === undefined ? '' : `, operation ${number}`}, ${receipt.length} bytes`);
  context.result({ file: out, bytes: receipt.length, transaction: hash, ...(number === undefined ? {} : { operation: Number(number) }) });
  return true;
}

function operationOf(transaction: Uint8Array, number: number): Uint8Array {
  const { operations } = unwrap(decodeTransaction(transaction));
  if (!Number.isSafeInteger(number) || number < 1 || number > operations.length)
    throw usage(`The transaction has the operations 1 to ${operations.length}.`);
  return encodeOperationProof(unwrap(proveOperation(transaction, number - 1)));
}

function hashOf(text: string, what: string): string {
  const hash = text.toLowerCase();
  if (HASH.test(hash)) return hash;
  throw usage(`The id of a ${what} is 64 hexadecimal digits.`);
}

const usage = (message: string): CommandError => new CommandError(codedError(cliErrors, 'cli.usage', { message }));
