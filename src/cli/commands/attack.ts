/** `careledger attack`: tampers with a sandbox's stored data, so that one can see it noticed. */
import { codedError } from '../../base/errors.ts';
import type { WellKnown } from '../../contract/network.ts';
import { attacks } from '../../sandbox/attacks.ts';
import { CommandError, type Command } from '../command.ts';
import { cliErrors } from '../errors.ts';
import { askJson, organisationOf, runningSandbox } from '../sandbox-client.ts';

export const command: Command = {
  summary: 'Tampers with the stored data of a running sandbox, for demonstrations. Some of it cannot be healed: use a data directory you can lose.',
  usage: '<name> --org ID | flip-block | --list',
  options: {
    org: { type: 'string', value: 'ID', help: 'organisation whose data to attack' },
    list: { type: 'boolean', help: 'list the attacks and what notices them' },
  },
  examples: ['attack --list', 'attack flip-record --org city-hospital'],
  async run(context) {
    if (context.flag('list')) {
      for (const { name, does, noticedBy } of attacks) context.say(`${name.padEnd(14)}${does}\n${' '.repeat(14)}Noticed: ${noticedBy}`);
      context.result({ attacks });
      return true;
    }
    const [name, ...more] = context.positionals;
    if (name === undefined || more.length > 0)
      throw new CommandError(codedError(cliErrors, 'cli.usage', { message: 'Say which attack.', hint: '"careledger attack --list" lists them.' }));
    const runtime = await runningSandbox(context);
    const { sandbox } = await askJson<WellKnown>(`${runtime.hub}/.well-known/careledger`, { signal: context.signal });
    if (!sandbox) throw new CommandError(codedError(cliErrors, 'cli.sandbox-only'));
    // The ledger is everybody's: any organisation stands for it.
    const organisation = organisationOf(runtime, context.text('org') ?? (name === 'flip-block' ? runtime.organisations[0]?.id : undefined));
    const answer = await askJson<{ readonly did: string }>(`${runtime.hub}/hub/api/attacks`, {
      method: 'POST',
      body: JSON.stringify({ name, organisationId: organisation.id }),
      signal: context.signal,
    });
    const shared = name === 'flip-block';
    context.say(`${shared ? 'The ledger' : organisation.name}: ${answer.did}`);
    context.say(`Now: npx careledger verify --all${shared ? '' : ` --org ${organisation.id}`}`);
    context.result({ ...answer, name, organisation: organisation.id });
    return true;
  },
};
