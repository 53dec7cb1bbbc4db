/** `careledger witness`: one that belongs to nobody in the network, in a process of its own. */
import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { ed25519PublicKey } from '#ed25519';
import { fromHex, toHex } from '../../base/bytes.ts';
import { codedError } from '../../base/errors.ts';
import { makeFolder } from '../../base/make-folder.node.ts';
import { unwrap } from '../../base/result.ts';
import { acquireLock } from '../../engine/disk/lock.ts';
import { witnessRoutes } from '../../gateway/witness/routes.ts';
import { isKeyName } from '../../ledger/checkpoint/note.ts';
import { noteKey, parseVerifierKey, verifierKey, type NoteKey } from '../../ledger/checkpoint/note-key.ts';
import { createHttpServer, listen } from '../../node/http-server.ts';
import { openWitness } from '../../witness/witness.ts';
import { CommandError, type Command, type CommandContext } from '../command.ts';
import { cliErrors } from '../errors.ts';

const DEFAULT_PORT = '8099';
const KEY_FILE = 'witness.key';
const NAME_FILE = 'witness.name';
const usage = (message: string): CommandError => new CommandError(codedError(cliErrors, 'cli.usage', { message }));

export const command: Command = {
  summary: 'Runs a witness: it cosigns checkpoints of the logs that it is told to watch, and never a history that it has not seen grow.',
  usage: '<start | key> --data DIR [--port N] [--log KEYS]',
  options: {
    port: { type: 'string', value: 'N', help: `port to listen on (default ${DEFAULT_PORT})` },
    host: { type: 'string', value: 'ADDRESS', help: 'address to listen on (default 127.0.0.1)' },
    name: { type: 'string', value: 'NAME', help: 'name of the witness key, e.g. witness.example/1 (default: from the key)' },
    log: { type: 'string', value: 'KEYS', help: 'verifier keys of the logs to watch, with commas between (logKey of /explorer/api/witnesses)' },
  },
  examples: ['witness key --data /srv/witness --name witness.example/1', 'witness start --data /srv/witness --log "$(cat log.key)" --port 8099'],
  async run(context) {
    const [action, ...more] = context.positionals;
    if (more.length > 0 || (action !== 'start' && action !== 'key')) throw usage('Say start or key.');
    // Everything is looked at before anything is made: a key that nobody asked for would be taken for one in use.
    if (context.text('data') === undefined && !process.env['CARELEDGER_DATA']) throw usage('Say where the witness keeps its key: --data DIR.');
    const settings = action === 'start' ? settingsOf(context) : undefined;
    const directory = context.dataDirectory;
    const name = await nameIn(directory, context.text('name'));
    const witness = { directory, ...(await identityIn(directory, name)) };
    if (settings) return start(context, witness, settings);
    const key = verifierKey(noteKey('witness', witness.name, ed25519PublicKey(witness.seed)));
    context.say(key);
    context.result({ key });
    return true;
  },
};

interface Settings {
  readonly logs: ReadonlyMap<string, readonly NoteKey[]>;
  readonly host: string;
  readonly port: number;
}

interface Identity {
  readonly directory: string;
  readonly name: string;
  readonly seed: Uint8Array;
}

function settingsOf(context: CommandContext): Settings {
  const logs = logKeysOf(context.text('log'));
  const port = Number(context.text('port') ?? DEFAULT_PORT);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw usage(`"${context.text('port')}" is not a port.`);
  return { logs, port, host: context.text('host') ?? '127.0.0.1' };
}

async function start(context: CommandContext, { directory, name, seed }: Identity, { logs, host, port }: Settings): Promise<boolean> {
  const { signal } = context;
  const lock = unwrap(acquireLock(directory));
  try {
    const witness = unwrap(
      await openWitness({
        directory,
        name,
        seed,
        logKeys: async (origin) => logs.get(origin),
        now: Date.now,
        onSplitView: ({ key }, file) => context.note(`${key.name} has signed two histories: ${join(directory, 'split-views', file)}`),
      }),
    );
    const server = createHttpServer({ allowedOrigins: [], connectTo: [], onError: (cause) => context.note(String(cause)) });
    await witnessRoutes(server, witness);
    server.get('/healthz', () => ({ status: 'ok' }));
    unwrap(await listen(server, host, port));
    const url = `http://${host.includes(':') ? `[${host}]` : host}:${(server.server.address() as AddressInfo).port}/witness`;
    context.say(`Witness is ready: ${url}`);
    context.say(`${verifierKey(witness.key)} ${url}`);
    context.result({ ready: url, key: verifierKey(witness.key) });
    if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    await server.close();
    return true;
  } finally {
    lock.release();
  }
}

function logKeysOf(text: string | undefined): ReadonlyMap<string, readonly NoteKey[]> {
  if (text === undefined || text.trim() === '') throw usage('Say which logs to watch: --log KEYS.');
  const byOrigin = new Map<string, NoteKey[]>();
  for (const part of text.split(',')) {
    const key = parseVerifierKey(part.trim());
    if (!key.ok || key.value.use !== 'log') throw usage(`"${part.trim()}" is not the verifier key of a log.`);
    byOrigin.set(key.value.name, [...(byOrigin.get(key.value.name) ?? []), key.value]);
  }
  return byOrigin;
}

/** A witness keeps its name: what it has signed is under it. Undefined: it is new, and is named after its key. */
async function nameIn(directory: string, given: string | undefined): Promise<string | undefined> {
  const found = (await readIn(directory, NAME_FILE))?.trim();
  if (given !== undefined && !isKeyName(given)) throw usage(`"${given}" cannot be the name of a key: no spaces, no plus signs.`);
  if (found && given !== undefined && given !== found) throw usage(`This witness is named ${found}; another name needs another directory.`);
  if (found && !isKeyName(found)) throw usage(`${join(directory, NAME_FILE)} is not the name of a witness.`);
  return found || given;
}

/** Made when there is none yet. */
async function identityIn(directory: string, wanted: string | undefined): Promise<{ readonly name: string; readonly seed: Uint8Array }> {
  const found = await readIn(directory, KEY_FILE);
  if (found !== undefined && !/^[0-9a-f]{64}\n?$/.test(found)) throw usage(`${join(directory, KEY_FILE)} is not the key of a witness.`);
  const seed = found === undefined ? new Uint8Array(randomBytes(32)) : fromHex(found.trim());
  const name = wanted ?? `witness/${toHex(ed25519PublicKey(seed)).slice(0, 16)}`;
  try {
    await makeFolder(directory, 0o700);
    if (found === undefined) await writeFile(join(directory, KEY_FILE), `${toHex(seed)}\n`, { mode: 0o600, flag: 'wx', flush: true });
    if (!(await readIn(directory, NAME_FILE))?.trim()) await writeFile(join(directory, NAME_FILE), `${name}\n`, { flush: true });
  } catch (cause) {
    throw unusable(directory, cause as Error);
  }
  return { name, seed };
}

async function readIn(directory: string, name: string): Promise<string | undefined> {
  return readFile(join(directory, name), 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return undefined;
    throw unusable(directory, cause);
  });
}

const unusable = (directory: string, { message }: Error): CommandError =>
  new CommandError(codedError(cliErrors, 'cli.no-file', { message: `${directory} cannot be the directory of a witness: ${message}` }));
