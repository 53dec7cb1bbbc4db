/** `careledger heal`: asks a running node to repair what it has stored. */
import type { HealReport } from '../../contract/network.ts';
import type { Command } from '../command.ts';
import { homeOption, nodeOf } from '../node-of.ts';
import { askJson } from '../sandbox-client.ts';

const SHOWN = 20;

export const command: Command = {
  summary:
    'Repairs the stored data of an organisation: from itself where possible, else from peers that hold copies. Succeeds when everything holds afterwards.',
  usage: '--org ID | --home DIR',
  options: { org: { type: 'string', value: 'ID', help: 'organisation of the sandbox to heal' }, home: homeOption },
  examples: ['heal --org city-hospital'],
  async run(context) {
    const { name, url, token } = await nodeOf(context, 'operator', 'careledger heal');
    const report = await askJson<HealReport>(`${url}/node/api/heal`, { method: 'POST', token, signal: context.signal });
    const { healed, failed, after } = report;
    context.say(
      healed.length === 0 && failed.length === 0 ? `${name}: there was nothing to heal` : `${name}: ${healed.length} healed, ${failed.length} not`,
    );
    for (const one of healed.slice(0, SHOWN)) context.say(`  healed   ${one.record ?? one.what} from ${one.from}. ${one.proof}`);
    for (const one of failed.slice(0, SHOWN)) context.say(`  NOT      ${one.what}: ${one.why}`);
    const more = Math.max(0, healed.length - SHOWN) + Math.max(0, failed.length - SHOWN);
    if (more > 0) context.say(`  and ${more} more (--json lists them)`);
    context.say(after.holds ? 'Everything holds now.' : `${after.findings.length} findings remain.`);
    context.result(report);
    return after.holds;
  },
};
