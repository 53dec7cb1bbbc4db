/** `careledger network up`: every organisation of a network on this machine, for trial. */
import path from 'node:path';
import { unwrap } from '../../base/result.ts';
import { networkUp } from '../../organisation/network-up.ts';
import type { Command } from '../command.ts';
import { DEFAULT_HOME, networkDirectory } from '../network-home.ts';

const main = path.join(import.meta.dirname, '../main.ts');

export const command: Command = {
  summary: 'Runs all organisations of a network here, each in a process of its own, until Ctrl-C. One line says when blocks can be made.',
  usage: '[--home DIR]',
  options: { home: { type: 'string', value: 'DIR', help: `directory that "network create" made (default: ${DEFAULT_HOME})` } },
  examples: ['network up --home /tmp/network'],
  async run(context) {
    unwrap(
      await networkUp({
        directory: networkDirectory(context),
        command: [process.execPath, ...process.execArgv, main, 'node', 'start', '--home'],
        signal: context.signal,
        note: (line) => context.note(line),
        ready({ organisations, chainId }) {
          context.say(`Careledger network is ready: ${organisations.map(({ url }) => url).join(' ')}`);
          context.result({ ready: true, chainId, organisations });
        },
      }),
    );
    return true;
  },
};
