/** `careledger verify receipt.cbor`: one receipt, offline, with nothing but the genesis to trust. */
import { readFile } from 'node:fs/promises';
import { toHex } from '../../base/bytes.ts';
import { codedError } from '../../base/errors.ts';
import { verifyEntryReceipt } from '../../ledger/verify/entry.ts';
import { CommandError, type CommandContext } from '../command.ts';
import { cliErrors } from '../errors.ts';
import { trustOf } from '../trust.ts';

/** Receipts are a few kilobytes. */
const MAX_RECEIPT_BYTES = 1 << 20;

async function bytesOf(file: string): Promise<Uint8Array> {
  return readFile(file).catch((cause: Error) => {
    throw new CommandError(codedError(cliErrors, 'cli.no-file', { message: `${file} cannot be read: ${cause.message}` }));
  });
}

const MARKS = { held: 'holds     ', failed: 'FAILED    ', unchecked: 'unchecked ' } as const;

/** Keys and hashes as text, so that the report is plain JSON. */
const plain = (facts: object): Record<string, unknown> => Object.fromEntries(Object.entries(facts).map(([name, value]) => [name, value instanceof Uint8Array ? toHex(value) : (value as unknown)]));

export async function verifyReceipts(context: CommandContext): Promise<boolean> {
  const trust = await trustOf(context.text('trust'), context.dataDirectory);
  const contentFile = context.text('content');
  if (contentFile !== undefined && context.positionals.length > 1) throw new CommandError(codedError(cliErrors, 'cli.usage', { message: '--content goes with one receipt.' }));
  const content = contentFile === undefined ? undefined : await bytesOf(contentFile);
  const results = [];
  for (const file of context.positionals) {
    const receipt = await bytesOf(file);
    if (receipt.length > MAX_RECEIPT_BYTES) throw new CommandError(codedError(cliErrors, 'cli.no-file', { message: `${file} is too large for a receipt.` }));
    const { verdict, steps, facts } = verifyEntryReceipt(receipt, { trust, ...(content === undefined ? {} : { content }) });
    context.say(`${file}: ${verdict === 'held' ? 'the receipt holds' : verdict === 'failed' ? 'THE RECEIPT DOES NOT HOLD' : 'the receipt could not be checked in full'}`);
    for (const { state, title, detail } of steps) context.say(`  ${MARKS[state]}${title} ${detail}`);
    results.push({ file, verdict, steps, facts: plain(facts) });
  }
  context.result({ holds: results.every(({ verdict }) => verdict === 'held'), receipts: results });
  return results.every(({ verdict }) => verdict === 'held');
}
