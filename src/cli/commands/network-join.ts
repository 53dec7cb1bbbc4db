/** `careledger network join`: a home for an organisation that joins a network that is there already. */
import path from 'node:path';
import { unwrap } from '../../base/result.ts';
import { organisationKinds } from '../../ledger/membership/operations.ts';
import { joinNetwork } from '../../organisation/join-network.ts';
import type { Command, CommandContext } from '../command.ts';
import { basePort, hostName, optionError, organisationId, organisationKind, organisationName, publicUrl } from '../organisation-options.ts';

const DEFAULT_PORT = 8200;

export const command: Command = {
  summary: 'Makes the home of an organisation that joins a network: keys of its own, and what a member tells about the network.',
  usage: '--home DIR --organisation ID --from URL [--genesis-hash HEX] [--port N]',
  options: {
    home: { type: 'string', value: 'DIR', help: 'where the home is made; a root key that "governance keys --new" made there is taken' },
    organisation: { type: 'string', value: 'ID', help: 'id of the organisation' },
    name: { type: 'string', value: 'NAME', help: 'its name (default: the id)' },
    kind: { type: 'string', value: 'KIND', help: `${organisationKinds.join(', ')} (default: hospital)` },
    from: { type: 'string', value: 'URL', help: 'base URL of the node of a member' },
    'genesis-hash': { type: 'string', value: 'HEX', help: 'hash of the genesis as members told it: another one is refused' },
    host: { type: 'string', value: 'HOST', help: 'under which the others reach it (default: 127.0.0.1)' },
    'public-url': {
      type: 'string',
      value: 'URL',
      help: 'base URL under which its HTTP is reached (default: https://HOST:PORT; http on this machine)',
    },
    port: { type: 'string', value: 'N', help: `HTTP port; N+1000 to N+4000 are taken too (default ${DEFAULT_PORT})` },
    'ledger-only': { type: 'boolean', help: 'only the ledger: no records and no database' },
    trial: { type: 'boolean', help: 'for trying out: tokens on the command line' },
  },
  examples: ['network join --home /tmp/e --organisation e --from http://127.0.0.1:8100', 'node start --home /tmp/e --from-snapshot'],
  async run(context) {
    const id = organisationId(needed(context, 'organisation'));
    const kind = organisationKind(context.text('kind') ?? 'hospital');
    const name = organisationName(context.text('name') ?? id);
    const host = hostName(context.text('host') ?? '127.0.0.1');
    const port = basePort(context.text('port') ?? DEFAULT_PORT);
    const url = context.text('public-url');
    const from = needed(context, 'from');
    if (!/^https?:/.test(from) || !URL.canParse(from)) throw optionError(`"${from}" is not a URL like http://127.0.0.1:8100 (--from).`);
    const genesisHash = context.text('genesis-hash');
    if (genesisHash !== undefined && !/^[0-9a-f]{64}$/i.test(genesisHash)) throw optionError('--genesis-hash is 64 hexadecimal digits.');
    const home = path.resolve(needed(context, 'home'));
    const joined = unwrap(
      await joinNetwork({
        home,
        organisation: { id, name, kind },
        from,
        genesisHash,
        host,
        port,
        url: url === undefined ? undefined : publicUrl(url),
        ledgerOnly: context.flag('ledger-only'),
        trial: context.flag('trial'),
      }),
    );
    context.say(`Made a home for ${id} in ${home}, in the network ${joined.file.chainId}`);
    context.say(`Genesis hash: ${joined.genesisHash}`);
    context.say('  Compare it with what a member tells you in another way, unless you gave it with --genesis-hash.');
    context.say(`Consensus key: ${joined.validatorKey}`);
    context.say(`For the "peers" in the careledger.json of the others: ${JSON.stringify(joined.self)}`);
    context.result({ home, genesisHash: joined.genesisHash, validatorKey: joined.validatorKey, peer: joined.self, ...joined.file });
    return true;
  },
};

function needed(context: CommandContext, name: string): string {
  const given = context.text(name);
  if (given === undefined) throw optionError(`--${name} is missing.`);
  return given;
}
