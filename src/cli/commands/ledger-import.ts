/** `careledger ledger import`: a network goes on with an exported ledger. */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { codedError } from '../../base/errors.ts';
import { toHex } from '../../base/bytes.ts';
import { unwrap } from '../../base/result.ts';
import { importIntoNetwork } from '../../organisation/import-ledger.ts';
import { CommandError, type Command } from '../command.ts';
import { cliErrors } from '../errors.ts';
import { networkDirectory } from '../network-home.ts';

const NOT_AN_EXPORT = 'Name a whole file that "npx careledger ledger export" wrote. The network was left as it is.';

export const command: Command = {
  summary:
    'Lets a network that "network create" made, and that has not run yet, go on with an exported ledger: its genesis names the last block of the old one, the state is carried over, old receipts stay valid.',
  usage: '<export> --home DIR',
  options: { home: { type: 'string', value: 'DIR', help: 'the network’s directory' } },
  examples: ['ledger export --out old.clx', 'network create --organisations a,b,c,d --home network', 'ledger import old.clx --home network'],
  async run(context) {
    const [file, ...more] = context.positionals;
    if (file === undefined || more.length > 0)
      throw new CommandError(codedError(cliErrors, 'cli.usage', { message: 'Name one export ("ledger export") and the network: --home DIR.' }));
    const source = path.resolve(file);
    if (!(await stat(source).catch(() => undefined))?.isFile())
      throw new CommandError(codedError(cliErrors, 'cli.no-file', { message: `There is no file ${source}.` }));
    const result = await importIntoNetwork(source, networkDirectory(context));
    // What is damaged is the export: nothing of the network.
    if (!result.ok && result.error.code === 'engine.block-corrupted') throw new CommandError({ ...result.error, hint: NOT_AN_EXPORT });
    const imported = unwrap(result);
    const { previous, chainId } = imported.genesis;
    context.say(`${chainId} goes on with ${previous!.chainId}: its first block is ${imported.height}, after ${previous!.logSize} transactions`);
    if (imported.untrusted === undefined) context.say(`  its trust bundle lets receipts be checked of ${imported.previous.join(', ')}`);
    else context.say(`  its trust bundle does not lead to ${previous!.chainId}, keep the old one's: ${imported.untrusted}`);
    for (const organisation of imported.organisations) context.say(`  ${organisation}`);
    context.result({
      chainId,
      height: imported.height,
      blockHash: toHex(imported.blockHash),
      previous: { chainId: previous!.chainId, height: previous!.height, headerHash: toHex(previous!.headerHash), logSize: previous!.logSize },
      previousTrusted: imported.previous,
      organisations: imported.organisations,
    });
    return true;
  },
};
