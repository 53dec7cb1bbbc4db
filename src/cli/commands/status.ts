/** `careledger status`: what runs on a data directory, and how each organisation is. */
import type { NetworkOverview } from '../../contract/network.ts';
import type { Command } from '../command.ts';
import { askJson, runningSandbox } from '../sandbox-client.ts';

export const command: Command = {
  summary: 'Shows what runs and how it is. Succeeds unless one of the organisations has come to harm.',
  usage: '',
  options: {},
  examples: ['status', 'status --json'],
  async run(context) {
    const runtime = await runningSandbox(context);
    const overview = await askJson<NetworkOverview>(`${runtime.hub}/hub/api/network`, { signal: context.signal });
    context.say(`Careledger at ${runtime.hub} (process ${runtime.pid}), ledger height ${overview.head.height}, data in ${context.dataDirectory}`);
    for (const one of overview.organisations) {
      context.say(
        `  ${one.name.padEnd(38)} ${one.url}  ${String(one.patients).padStart(5)} patients ${String(one.records).padStart(8)} records  ${one.healthText}`,
      );
    }
    context.result({ ...runtime, ...overview, dataDirectory: context.dataDirectory });
    return overview.organisations.every(({ health }) => health !== 'harm');
  },
};
