/** `careledger witness`: one that belongs to nobody in the network, in a process of its own. */
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { ed25519PublicKey } from '#ed25519';
import { fromHex, toHex } from '../../base/bytes.ts';
import { codedError } from '../../base/errors.ts';
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
    const directory = context.dataDirectory;
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const seed = await seedIn(directory);
    const name = await nameIn(directory, context.text('name'), seed);
    if (action === 'start') return start(context, directory, name, seed);
    const key = verifierKey(noteKey('witness', name, ed25519PublicKey(seed)));
    context.say(key);
    context.result({ key });
    return true;
  },
};

async function start(context: CommandContext, directory: string, name: string, seed: Uint8Array): Promise<boolean> {
  const logs = logKeysOf(context.text('log'));
  const port = Number(context.text('port') ?? DEFAULT_PORT);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw usage(`"${context.text('port')}" is not a port.`);
  const host = context.text('host') ?? '127.0.0.1';
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
    if (!context.signal.aborted) await new Promise((resolve) => context.signal.addEventListener('abort', resolve, { once: true }));
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

/** Made when there is none. */
async function seedIn(directory: string): Promise<Uint8Array> {
  const file = join(directory, 'witness.key');
  const found = await readFile(file, 'utf8').catch(() => undefined);
  if (found === undefined) {
    const seed = new Uint8Array(randomBytes(32));
    await writeFile(file, `${toHex(seed)}\n`, { mode: 0o600, flag: 'wx', flush: true });
    return seed;
  }
  if (!/^[0-9a-f]{64}\n?$/.test(found)) throw usage(`${file} is not the key of a witness.`);
  return fromHex(found.trim());
}

/** A witness keeps its name: what it has signed is under it. */
async function nameIn(directory: string, given: string | undefined, seed: Uint8Array): Promise<string> {
  const file = join(directory, 'witness.name');
  const found = (await readFile(file, 'utf8').catch(() => '')).trim();
  const name = given ?? (found === '' ? `witness/${toHex(ed25519PublicKey(seed)).slice(0, 16)}` : found);
  if (!isKeyName(name)) throw usage(`"${name}" cannot be the name of a key: no spaces, no plus signs.`);
  if (found !== '' && name !== found) throw usage(`This witness is named ${found}; another name needs another directory.`);
  if (found === '') await writeFile(file, `${name}\n`, { flush: true });
  return name;
}
