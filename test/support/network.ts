/**
 * A network of organisations in processes of their own, as `careledger network up` runs it: ledger only, on free ports, in a directory of its
 * own (removed at the end). Transactions are signed with the organisations' keys and sent to their nodes over HTTP.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { unwrap } from '../../src/base/result.ts';
import { createNetwork, type NewNetwork } from '../../src/organisation/create-network.ts';
import { networkStatus, type NetworkStatus, type ValidatorOverview } from '../../src/organisation/network-status.ts';
import { openNodeKeys } from '../../src/organisation/organisation-seeds.ts';
import { signTransaction } from '../../src/ledger/transaction/sign.ts';
import { keyOf, random } from './ledger.ts';
import { careledger, temporaryDirectory } from './sandbox.ts';

const root = path.join(import.meta.dirname, '../..');
const forever = new AbortController().signal;

export interface TestNetwork {
  readonly directory: string;
  readonly ids: readonly string[];
  home(id: string): string;
  status(): Promise<NetworkStatus>;
  validator(id: string): Promise<ValidatorOverview>;
  /** Resolves with the status that fulfils the condition; throws, with the last one, when that takes too long. */
  until(what: string, holds: (status: NetworkStatus) => boolean, withinMs?: number): Promise<NetworkStatus>;
  /** All who are meant answer with the same height and app hash. */
  agreed(ids?: readonly string[]): Promise<NetworkStatus>;
  /** Sends transactions of an organisation to its node, or to another's; resolves with their heights. */
  submit(id: string, count?: number, through?: string): Promise<readonly number[]>;
  cli(...args: readonly string[]): ReturnType<typeof careledger>;
  /** One organisation in a process of its own, beside or instead of `up`. */
  start(id: string, env?: Readonly<Record<string, string>>): Promise<ChildProcess>;
  /** The same for a home anywhere. */
  startHome(home: string, ...options: readonly string[]): Promise<ChildProcess>;
  /** One that does not keep to the rules (`network-home/odd-validator.ts`); `folder` beside the homes. */
  startOdd(folder: string, way: 'liar' | 'twin'): Promise<ChildProcess>;
  up(): Promise<void>;
  output(): string;
  /** SIGTERM to `up` and whatever was started, and waits; the exit code of `up`. */
  stop(): Promise<number | null>;
  [Symbol.asyncDispose](): Promise<void>;
}

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = net.createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)));
  });

/** Drawn at random from a range below that of outgoing connections, since several test processes look at the same time. */
export async function freeBasePort(count: number): Promise<number> {
  for (let attempt = 0; attempt < 200; attempt++) {
    const base = 12_000 + Math.floor(Math.random() * 900);
    const needed = [0, 1_000, 2_000, 3_000, 4_000].flatMap((above) => Array.from({ length: count }, (_, at) => base + above + at));
    if ((await Promise.all(needed.map(isFree))).every(Boolean)) return base;
  }
  throw new Error('no free ports');
}

export async function newNetwork(ids: readonly string[] = ['a', 'b', 'c', 'd'], options: Partial<NewNetwork> = {}): Promise<TestNetwork> {
  const directory = path.join(temporaryDirectory(), 'net');
  const basePort = options.basePort ?? (await freeBasePort(ids.length));
  const { file } = unwrap(
    await createNetwork({
      directory,
      network: 'Test network',
      organisations: ids.map((id) => ({ id, name: `The ${id}`, kind: 'hospital', host: '127.0.0.1' })),
      basePort,
      ledgerOnly: true,
      ...options,
    }),
  );
  const children: ChildProcess[] = [];
  let running: ChildProcess | undefined;
  let text = '';

  const run = (args: readonly string[], env?: Readonly<Record<string, string>>): ChildProcess => runFile('src/cli/main.ts', args, env);

  function runFile(file: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): ChildProcess {
    const child = spawn(process.execPath, [path.join(root, file), ...args], {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (text += chunk.toString()));
    children.push(child);
    return child;
  }

  async function ready(child: ChildProcess, line: RegExp): Promise<void> {
    let own = '';
    child.stdout!.on('data', (chunk: Buffer) => (own += chunk.toString()));
    for (let waited = 0; !line.test(own); waited += 50) {
      if (child.exitCode !== null || child.signalCode !== null || waited > 120_000) throw new Error(`it did not come up:\n${text}`);
      await sleep(50);
    }
  }

  const urlOf = (id: string): string => file.organisations.find((one) => one.id === id)!.url;

  const network: TestNetwork = {
    directory,
    ids,
    home: (id) => path.join(directory, id),
    status: async () => unwrap(await networkStatus(directory, forever)),
    validator: async (id) => (await network.status()).validators.find((one) => one.id === id)!,
    async until(what, holds, withinMs = 60_000) {
      const end = Date.now() + withinMs;
      for (;;) {
        const status = await network.status();
        if (holds(status)) return status;
        if (Date.now() > end) throw new Error(`not seen within ${withinMs} ms: ${what}\n${JSON.stringify(status, null, 1)}\n${text}`);
        await sleep(100);
      }
    },
    agreed: (meant = ids) =>
      network.until(`${meant.join(', ')} agree`, ({ height, validators }) =>
        validators
          .filter(({ id }) => meant.includes(id))
          .every((one) => one.up && one.height === height && one.agrees === true && one.problem === null),
      ),
    async submit(id, count = 1, through = id) {
      const { keys } = unwrap(await openNodeKeys(network.home(id), id, false));
      const { height } = await network.status();
      const expiryDay = Math.floor(Date.now() / 86_400_000) + 30;
      const send = async (): Promise<number> => {
        const operation = { op: 'grants.open', id: random(32), commitment: random(32), controlKey: keyOf('control'), expiryDay } as const;
        const body = signTransaction(
          { chainId: file.chainId, expiryHeight: height + 1_000, salt: random(8), operations: [operation] },
          keys.ledgerSeed,
        );
        const response = await fetch(`${urlOf(through)}/ledger/api/transactions`, {
          method: 'POST',
          headers: { 'content-type': 'application/cbor' },
          body: new Uint8Array(body),
        });
        if (!response.ok) throw new Error(await response.text());
        return ((await response.json()) as { height: number }).height;
      };
      return Promise.all(Array.from({ length: count }, send));
    },
    cli: (...args) => careledger(args),
    async start(id, env) {
      const child = run(['node', 'start', '--home', network.home(id)], env);
      await ready(child, /^Careledger organisation \S+ is ready: /m);
      return child;
    },
    async startHome(home, ...more) {
      const child = run(['node', 'start', '--home', home, ...more]);
      await ready(child, /^Careledger organisation \S+ is ready: /m);
      return child;
    },
    async startOdd(folder, way) {
      const child = runFile('test/network-home/odd-validator.ts', [path.join(directory, folder), way]);
      await ready(child, /^Careledger organisation \S+ is ready: /m);
      return child;
    },
    async up() {
      running = run(['network', 'up', '--home', directory]);
      await ready(running, /^Careledger network is ready: /m);
    },
    output: () => text,
    async stop() {
      for (const child of children.toReversed()) {
        if (child.exitCode !== null || child.signalCode !== null) continue;
        const closed = once(child, 'close');
        child.kill('SIGTERM');
        child.kill('SIGCONT');
        await closed;
      }
      return running?.exitCode ?? null;
    },
    async [Symbol.asyncDispose]() {
      await network.stop();
      rmSync(path.dirname(directory), { recursive: true, force: true });
    },
  };
  return network;
}
