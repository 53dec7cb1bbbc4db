/** `careledger node start`: one organisation of a network. */
import path from 'node:path';
import { codedError } from '../../base/errors.ts';
import { CodedException, unwrap } from '../../base/result.ts';
import { runOrganisation } from '../../organisation/run-organisation.ts';
import { readRunFile } from '../../organisation/run-file.ts';
import type { HttpChoice } from '../../organisation/http-front.ts';
import { CommandError, type Command, type CommandContext } from '../command.ts';
import { cliErrors } from '../errors.ts';
import { hostName, publicUrl } from '../organisation-options.ts';

export const command: Command = {
  summary: 'Runs one organisation from its home until Ctrl-C. When it runs already, says so and ends well.',
  usage: '--home DIR [--listen ADDRESS --tls-certificate FILE --tls-key FILE | --behind-proxy] [--public-url URL]',
  options: {
    home: { type: 'string', value: 'DIR', help: 'home of the organisation, as "network create" or "network join" made it' },
    listen: {
      type: 'string',
      value: 'ADDRESS',
      help: 'where HTTP listens: others get in with TLS or through a proxy only (default: "listen.httpHost" in careledger.json)',
    },
    'tls-certificate': {
      type: 'string',
      value: 'FILE',
      help: 'PEM: the certificate of this machine, then those that lead to its authority; HTTP becomes HTTPS',
    },
    'tls-key': { type: 'string', value: 'FILE', help: 'PEM: its key, without a passphrase' },
    'behind-proxy': { type: 'boolean', help: 'a proxy with TLS is in front of its HTTP' },
    'public-url': { type: 'string', value: 'URL', help: 'base URL under which others reach its HTTP (default: "url" in careledger.json)' },
    'from-snapshot': { type: 'boolean', help: 'without a ledger yet: begin with a snapshot of the others instead of all blocks' },
  },
  examples: [
    'node start --home /tmp/network/a',
    'node start --home /srv/careledger --listen 0.0.0.0 --tls-certificate fullchain.pem --tls-key privkey.pem',
    'node start --home /srv/careledger --behind-proxy --public-url https://records.north.example',
  ],
  async run(context) {
    const given = context.text('home');
    if (given === undefined) throw new CommandError(codedError(cliErrors, 'cli.usage', { message: 'Which home? --home DIR is missing.' }));
    const home = path.resolve(given);
    const say = (organisation: string, url: string): void => {
      context.say(`Careledger organisation ${organisation} is ready: ${url}`);
      context.result({ ready: true, organisation, url });
    };
    const stop = new AbortController();
    context.signal.addEventListener('abort', () => stop.abort(), { once: true });
    if (process.env['CARELEDGER_STOP_WITH_INPUT'] === '1') {
      process.stdin.once('end', () => stop.abort()).once('error', () => stop.abort());
      process.stdin.resume();
    }
    const ended = await runOrganisation({
      home,
      program: process.env['CARELEDGER_COMETBFT'] || undefined,
      databaseUrl: process.env['DATABASE_URL'] || undefined,
      anchorIntervalMs: Number(process.env['CARELEDGER_ANCHOR_INTERVAL'] || 5000),
      http: httpChoice(context),
      fromSnapshot: context.flag('from-snapshot'),
      signal: stop.signal,
      note: (line) => context.note(`${new Date().toISOString()} ${line}`),
      ready: say,
    });
    process.stdin.pause();
    if (!ended.ok && ended.error.code === 'organisation.running') {
      const run = await readRunFile(home);
      if (run) {
        context.note(`It runs already: process ${run.pid}`);
        context.say(`Careledger organisation in ${home} is ready: ${run.url}`);
        context.result({ ready: true, pid: run.pid, url: run.url });
        return true;
      }
    }
    if (!ended.ok) throw new CodedException(ended.error);
    unwrap(ended);
    return true;
  },
};

function httpChoice(context: CommandContext): HttpChoice {
  const [certificate, key] = [context.text('tls-certificate'), context.text('tls-key')];
  if ((certificate === undefined) !== (key === undefined))
    throw new CommandError(codedError(cliErrors, 'cli.usage', { message: 'TLS takes both: --tls-certificate FILE and --tls-key FILE.' }));
  const [host, url] = [context.text('listen'), context.text('public-url')];
  return {
    host: host === undefined ? undefined : hostName(host),
    url: url === undefined ? undefined : publicUrl(url),
    tls: certificate === undefined ? undefined : { certificate: path.resolve(certificate), key: path.resolve(key!) },
    behindProxy: context.flag('behind-proxy'),
  };
}
