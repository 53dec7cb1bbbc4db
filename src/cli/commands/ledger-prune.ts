/** `careledger ledger prune`: takes the transactions of old blocks away. */
import { codedError } from '../../base/errors.ts';
import { unwrap } from '../../base/result.ts';
import { pruneLedger } from '../../engine/disk/pruning/prune.ts';
import { CommandError, type Command } from '../command.ts';
import { cliErrors } from '../errors.ts';
import { ledgerPlace, placeOptions } from '../ledger-place.ts';

export const command: Command = {
  summary:
    'Takes the transactions of old blocks out of the files of a ledger that is not running. Headers, transaction hashes, seals and attestations stay, so receipts of all transactions can still be given.',
  usage: '--keep N',
  options: { keep: { type: 'string', value: 'N', help: 'newest blocks whose transactions stay' }, ...placeOptions },
  examples: ['ledger prune --keep 10000', 'ledger prune --home network/a --keep 10000'],
  async run(context) {
    const text = context.text('keep');
    if (text === undefined || !/^\d{1,12}$/.test(text))
      throw new CommandError(codedError(cliErrors, 'cli.usage', { message: 'Say how many blocks stay whole: --keep N.' }));
    const { height, bytesBefore, bytesAfter } = unwrap(await pruneLedger(await ledgerPlace(context), { keep: Number(text) }));
    context.say(
      `Blocks up to ${height} have no transactions here any more; block file ${bytesBefore.toLocaleString('en')} → ${bytesAfter.toLocaleString('en')} bytes`,
    );
    context.result({ height, bytesBefore, bytesAfter });
    return true;
  },
};
