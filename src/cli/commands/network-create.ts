/** `careledger network create`: homes, keys, genesis and settings of a new network. */
import { unwrap } from '../../base/result.ts';
import { organisationKinds } from '../../ledger/membership/operations.ts';
import { createNetwork } from '../../organisation/create-network.ts';
import { isLoopback, MAX_ORGANISATIONS } from '../../organisation/ports.ts';
import type { Command, CommandContext } from '../command.ts';
import { DEFAULT_HOME, homeOf, networkDirectory } from '../network-home.ts';
import { basePort, hostName, optionError, organisationId, organisationKind, organisationName, publicUrl } from '../organisation-options.ts';

const DEFAULT_PORT = 8100;

export const command: Command = {
  summary: 'Makes the homes of a new network: keys, genesis and settings, one folder for each organisation. Leaves a network that is there as it is.',
  usage: '--organisations a,b,c,d [--home DIR] [--port N]',
  options: {
    home: { type: 'string', value: 'DIR', help: `directory of the network, new or empty (default: ${DEFAULT_HOME})` },
    organisations: { type: 'string', value: 'IDS', help: 'ids, with commas: each is a member and a validator' },
    kinds: { type: 'string', value: 'KINDS', help: `kind of each, with commas (${organisationKinds.join(', ')}; default: hospital)` },
    names: { type: 'string', value: 'NAMES', help: 'name of each, with commas (default: from the id)' },
    hosts: { type: 'string', value: 'HOSTS', help: 'host under which each is reached, with commas (default: 127.0.0.1, all on this machine)' },
    urls: {
      type: 'string',
      value: 'URLS',
      help: 'base URL under which the HTTP of each is reached, with commas (default: https://HOST:PORT; http on this machine)',
    },
    network: { type: 'string', value: 'NAME', help: 'name of the network (default: "Careledger network")' },
    port: {
      type: 'string',
      value: 'N',
      help: `HTTP port of the first on each host; others on it follow, and N+1000 to N+4000 (default ${DEFAULT_PORT})`,
    },
    'ledger-only': { type: 'boolean', help: 'only the ledger: no records and no database' },
  },
  examples: [
    'network create --organisations a,b,c,d',
    'network create --home net --organisations north,south --kinds hospital,insurer',
    'network create --home homes --organisations north,south,east,west --hosts 10.0.0.1,10.0.0.2,10.0.0.3,10.0.0.4',
  ],
  async run(context) {
    const ids = listOf(context.text('organisations'));
    if (ids.length === 0 || ids.length > MAX_ORGANISATIONS || new Set(ids).size !== ids.length)
      throw optionError(`--organisations takes 1 to ${MAX_ORGANISATIONS} different ids, with commas between them.`);
    ids.forEach(organisationId);
    const port = basePort(context.text('port') ?? DEFAULT_PORT);
    const kinds = eachOf(context, 'kinds', ids, () => 'hospital').map(organisationKind);
    const names = eachOf(context, 'names', ids, nameOf).map(organisationName);
    const hosts = eachOf(context, 'hosts', ids, () => '127.0.0.1').map(hostName);
    const urls = context.text('urls') === undefined ? [] : eachOf(context, 'urls', ids, () => '').map(publicUrl);
    const network = organisationName(context.text('network') ?? 'Careledger network');
    const directory = networkDirectory(context);
    const { file, isNew } = unwrap(
      await createNetwork({
        directory,
        network,
        organisations: ids.map((id, at) => ({
          id,
          name: names[at]!,
          kind: kinds[at]!,
          host: hosts[at]!,
          ...(urls[at] === undefined ? {} : { url: urls[at] }),
        })),
        basePort: port,
        ledgerOnly: context.flag('ledger-only'),
      }),
    );
    context.say(
      isNew ? `Made the network ${file.chainId} in ${directory}` : `The network ${file.chainId} is in ${directory} already; nothing was changed`,
    );
    for (const { id, name, home, url } of file.organisations) context.say(`  ${id.padEnd(24)} ${name.padEnd(32)} ${url}  ${directory}/${home}`);
    if (isNew && hosts.every(isLoopback)) context.say(`Start all of them here: npx careledger network up --home ${homeOf(context)}`);
    else if (isNew)
      context.say(
        'Copy each folder to its own machine, to nobody else, and delete it here: it has the key of its organisation. There: npx careledger node start --home DIR',
      );
    context.result({ directory, isNew, ...file });
    return true;
  },
};

const listOf = (text: string | undefined): readonly string[] => (text === undefined ? [] : text.split(',').map((each) => each.trim()));

function eachOf(context: CommandContext, name: string, ids: readonly string[], byDefault: (id: string) => string): readonly string[] {
  const given = context.text(name);
  if (given === undefined) return ids.map(byDefault);
  const list = listOf(given);
  if (list.length !== ids.length) throw optionError(`--${name} takes as many as there are organisations: ${ids.length}, not ${list.length}.`);
  return list;
}

/** `city-hospital` → `City Hospital`. */
const nameOf = (id: string): string =>
  id
    .split('-')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join(' ');
