/** `careledger network status`: who runs, how far each is, and whether all have the same ledger. */
import { unwrap } from '../../base/result.ts';
import { networkStatus } from '../../organisation/network-status.ts';
import type { Command } from '../command.ts';
import { DEFAULT_HOME, networkDirectory } from '../network-home.ts';

export const command: Command = {
  summary:
    'Shows the validators of a network. Succeeds when blocks can be made (more than two thirds of the power is up and connected) and all who answer have the same ledger.',
  usage: '[--home DIR]',
  options: {
    home: { type: 'string', value: 'DIR', help: `directory that "network create" made, or the home of one organisation (default: ${DEFAULT_HOME})` },
  },
  examples: ['network status --home /tmp/network', 'network status --home /srv/careledger', 'network status --home /tmp/network --json'],
  async run(context) {
    const status = unwrap(await networkStatus(networkDirectory(context), context.signal));
    context.say(`${status.network} (${status.chainId}), height ${status.height}: ${status.why ?? 'well'}`);
    for (const { id, up, pid, height, appHash, power, agrees, problem, url } of status.validators) {
      const state = up ? (agrees === false ? 'DIFFERS' : 'up') : 'down';
      const where = height === null ? 'height ?' : `height ${height} ${appHash === null ? '' : `${appHash.slice(0, 16)}…`}`;
      context.say(`  ${id.padEnd(24)} ${state.padEnd(8)} ${where.padEnd(34)} power ${String(power).padEnd(4)} process ${pid ?? '–'}  ${url}`);
      if (problem) context.say(`    ${problem.message} (${problem.code})`);
    }
    for (const { kind, organisation, height, saidBy } of status.misbehaviour)
      context.say(`  Against the rules: ${organisation ?? 'unknown'}, ${kind}, consensus height ${height} (according to ${saidBy.join(', ')})`);
    context.result(status);
    return status.holds;
  },
};
