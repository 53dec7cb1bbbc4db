/** `careledger ledger export`: a ledger in one file. */
import path from 'node:path';
import { codedError } from '../../base/errors.ts';
import { unwrap } from '../../base/result.ts';
import { exportLedger } from '../../engine/disk/export-ledger.ts';
import { CommandError, type Command } from '../command.ts';
import { cliErrors } from '../errors.ts';
import { ledgerPlace, placeOptions } from '../ledger-place.ts';

export const command: Command = {
  summary:
    'Writes the ledger to one file: everything that it takes to check its whole history offline ("verify FILE") and to go on with it ("ledger import"). May be done while it runs.',
  usage: '--out FILE',
  options: { out: { type: 'string', value: 'FILE', help: 'file to write; one that is there is replaced' }, ...placeOptions },
  examples: ['ledger export --out ledger.clx', 'ledger export --home network/a --out a.clx'],
  async run(context) {
    const out = context.text('out');
    if (out === undefined) throw new CommandError(codedError(cliErrors, 'cli.usage', { message: 'Say where to: --out FILE.' }));
    const file = path.resolve(out);
    const { height, bytes } = unwrap(await exportLedger(await ledgerPlace(context), file));
    context.say(`${file}: blocks up to ${height}, ${bytes.toLocaleString('en')} bytes`);
    context.result({ file, height, bytes });
    return true;
  },
};
