/** `careledger verify`: files of evidence, or everything. */
import { codedError } from '../../base/errors.ts';
import { CommandError, type Command } from '../command.ts';
import { cliErrors } from '../errors.ts';
import { verifyAll } from './verify-all.ts';
import { isLedgerExport, verifyExport } from './verify-export.ts';
import { verifyReceipts } from './verify-receipt.ts';

export const command: Command = {
  summary:
    'Checks receipts, trust bundles, checkpoints and exported ledgers offline, or with --all everything that is stored. Succeeds only when all of it holds.',
  usage: '<file or folder…> | --all',
  options: {
    all: { type: 'boolean', help: 'check the whole data directory, from the disk, without asking any server' },
    org: { type: 'string', value: 'ID', help: 'with --all: only this organisation (and the ledger)' },
    witnesses: { type: 'string', value: 'FILE', help: 'witnesses to know beside the members, one a line: key, URL, name' },
    content: { type: 'string', value: 'FILE', help: 'with a receipt: the content, or the transaction, it should be about' },
    trust: { type: 'string', value: 'FILE', help: 'genesis or trust bundle to believe (default: the genesis in the data directory)' },
    bundle: { type: 'string', value: 'FILE', help: 'trust bundle from anybody, believed as far as it follows from that genesis' },
  },
  examples: [
    'verify --all',
    'verify --all --org st-marys',
    'verify receipts --trust receipts/genesis.json',
    'verify receipt.cbor --content record.json --trust genesis.json',
    'verify receipt.cbor --trust genesis.json --bundle trust.cbor --json',
    'verify ledger.clx --trust genesis.json',
  ],
  async run(context) {
    if (context.flag('all')) return verifyAll(context);
    const [first, ...more] = context.positionals;
    if (first !== undefined && more.length === 0 && (await isLedgerExport(first))) return verifyExport(context, first);
    if (first !== undefined) return verifyReceipts(context);
    throw new CommandError(codedError(cliErrors, 'cli.usage', { message: 'Say which file to check, or --all.' }));
  },
};
