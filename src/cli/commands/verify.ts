/** `careledger verify`: a receipt, or everything. */
import { codedError } from '../../base/errors.ts';
import { CommandError, type Command } from '../command.ts';
import { cliErrors } from '../errors.ts';
import { verifyAll } from './verify-all.ts';
import { verifyReceipts } from './verify-receipt.ts';

export const command: Command = {
  summary: 'Checks receipts offline, or with --all everything that is stored. Succeeds only when all of it holds.',
  usage: '<receipt.cbor or folder…> | --all',
  options: {
    all: { type: 'boolean', help: 'check the whole data directory, from the disk, without asking any server' },
    org: { type: 'string', value: 'ID', help: 'with --all: only this organisation (and the ledger)' },
    witnesses: { type: 'string', value: 'FILE', help: 'witnesses to know beside the members, one a line: key, URL, name' },
    content: { type: 'string', value: 'FILE', help: 'with a receipt: the content it should be about' },
    trust: { type: 'string', value: 'FILE', help: 'genesis to believe (JSON with chainId and nodeKey; default: from the data directory)' },
  },
  examples: [
    'verify --all',
    'verify --all --org st-marys',
    'verify receipts --trust receipts/genesis.json',
    'verify receipt.cbor --content record.json --trust genesis.json',
  ],
  run(context) {
    if (context.flag('all')) return verifyAll(context);
    if (context.positionals.length > 0) return verifyReceipts(context);
    throw new CommandError(codedError(cliErrors, 'cli.usage', { message: 'Say which receipt to check, or --all.' }));
  },
};
