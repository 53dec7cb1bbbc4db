/** Validators on this machine, all with the same settings: CometBFT with its built-in key-value store, or with our application beside it. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ed25519PublicKey } from '#ed25519';
import { organisationFlags, serverEnvironment } from '../../scripts/lib/runtime.mjs';
import { unwrap } from '../../src/base/result.ts';
import { writeHome } from '../../src/engine/cometbft/home/home.ts';
import { nodeIdOf } from '../../src/engine/cometbft/home/keys.ts';
import { rpcClient, type RpcClient } from '../../src/engine/cometbft/rpc/client.ts';
import { createLedger } from '../../src/engine/disk/create-ledger.ts';
import { encodeConsensusSeal } from '../../src/ledger/block/seal.ts';
import { encodeGenesis, genesisHash, type Genesis } from '../../src/ledger/genesis/genesis.ts';
import { genesis as embedded, seed } from './workload.ts';

export const VALIDATORS = 4;
const COMMIT_TIMEOUT_MS = 200;
const FIRST_PORT = Number(process.env['CARELEDGER_BENCH_PORT'] ?? 34_100);
export const validatorSeed = (i: number): Uint8Array => seed(40 + i);
export const nodeSeed = (i: number): Uint8Array => seed(60 + i);

/** One organisation has all the validators' powers in equal parts: whose they are makes no difference to the load. */
const orgs = ['one', 'two', 'three', 'four'];
export const consensusGenesis: Genesis = {
  ...embedded,
  engine: 'cometbft',
  proposer: new Uint8Array(0),
  members: orgs.map((org, i) => ({
    ...embedded.members[0]!,
    org,
    name: org,
    signingKey: i === 0 ? embedded.members[0]!.signingKey : ed25519PublicKey(seed(80 + i)),
  })),
  validators: orgs.map((org, i) => ({ org, key: ed25519PublicKey(validatorSeed(i)), power: 10 })),
};

export type Application = 'careledger' | 'kvstore';

export interface BenchNetwork {
  readonly sockets: readonly string[];
  /** Of the first validator. */
  readonly rpc: RpcClient;
  readonly engines: readonly number[];
  readonly applications: readonly number[];
  close(): Promise<void>;
}

/** The CometBFT to measure with, as `npm run bench` finds it. */
export function cometbftProgram(): string {
  const found = process.env['CARELEDGER_COMETBFT'];
  if (!found) throw new Error('There is no CometBFT 0.40: run npm test once, which builds it, or name one in CARELEDGER_COMETBFT.');
  return found;
}

export async function startNetwork(application: Application): Promise<BenchNetwork> {
  const cometbft = cometbftProgram();
  const root = mkdtempSync(join(tmpdir(), 'careledger-bench-'));
  const children: ChildProcess[] = [];
  const engines: number[] = [];
  const applications: number[] = [];
  const sockets = Array.from({ length: VALIDATORS }, (_, i) => join(root, `${i}`, 'rpc.sock'));
  const start = (command: string, args: readonly string[]): ChildProcess => {
    const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'], env: serverEnvironment() });
    child.stdout!.resume();
    children.push(child);
    return child;
  };
  const close = async (): Promise<void> => {
    for (const child of children.toReversed()) {
      if (child.exitCode !== null) continue;
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await gone;
    }
    rmSync(root, { recursive: true, force: true });
  };
  try {
    for (let i = 0; i < VALIDATORS; i++) {
      const home = join(root, `${i}`);
      await writeHome(home, homeOf(i, join(home, 'abci.sock'), sockets[i]!));
      if (application === 'kvstore') {
        const config = join(home, 'config/config.toml');
        writeFileSync(config, readFileSync(config, 'utf8').replace(/^proxy_app = .*$/m, 'proxy_app = "kvstore"'));
      } else {
        unwrap(await createLedger(join(home, 'ledger'), consensusGenesis, () => encodeConsensusSeal(0)));
        const args = [join(import.meta.dirname, 'application-process.ts'), join(home, 'ledger'), join(home, 'abci.sock')];
        const child = start(process.execPath, [...organisationFlags, ...args]);
        await new Promise((resolve) => child.stdout!.once('data', resolve));
        applications.push(child.pid!);
      }
    }
    for (let i = 0; i < VALIDATORS; i++) engines.push(start(cometbft, ['start', '--home', join(root, `${i}`)]).pid!);
    for (const socket of sockets.slice(1)) {
      const other = rpcClient(socket);
      await isReady(other).finally(() => other.close());
    }
    const rpc = rpcClient(sockets[0]!);
    await isReady(rpc);
    return {
      sockets,
      rpc,
      engines,
      applications,
      async close() {
        rpc.close();
        await close();
      },
    };
  } catch (cause) {
    await close();
    throw cause;
  }
}

function homeOf(i: number, abciSocket: string, rpcSocket: string): Parameters<typeof writeHome>[1] {
  const place = (other: number): string => `127.0.0.1:${FIRST_PORT + other}`;
  const others = Array.from({ length: VALIDATORS }, (_, other) => other).filter((other) => other !== i);
  return {
    genesis: {
      chainId: consensusGenesis.chainId,
      time: consensusGenesis.time,
      validators: consensusGenesis.validators.map(({ org, key, power }) => ({ name: org, key, power })),
      ledgerGenesisHash: genesisHash(encodeGenesis(consensusGenesis)),
    },
    settings: {
      moniker: orgs[i]!,
      abciSocket,
      rpcSocket,
      listen: place(i),
      peers: others.map((other) => `${nodeIdOf(ed25519PublicKey(nodeSeed(other)))}@${place(other)}`),
      commitTimeoutMs: COMMIT_TIMEOUT_MS,
    },
    validatorSeed: validatorSeed(i),
    nodeSeed: nodeSeed(i),
  };
}

/** Until the validator sees all others and takes part in the consensus. */
async function isReady(rpc: RpcClient): Promise<void> {
  for (let attempt = 0; attempt < 600; attempt++) {
    const [peers, status] = [await rpc.call('net_info'), await rpc.call('status')];
    if (peers.ok && status.ok) {
      const { sync_info: sync } = status.value as { sync_info: { catching_up: boolean } };
      if (Number((peers.value as { n_peers: string }).n_peers) === VALIDATORS - 1 && !sync.catching_up) return;
    }
    await sleep(100);
  }
  throw new Error('the validators did not find each other');
}

/** CPU time that processes have used so far, in seconds; 0 where there is no /proc. */
export function cpuSeconds(pids: readonly number[]): number {
  const ticks = pids.map((pid) => {
    const fields = read(`/proc/${pid}/stat`).split(') ')[1]?.split(' ') ?? [];
    return Number(fields[11] ?? 0) + Number(fields[12] ?? 0);
  });
  return ticks.reduce((sum, each) => sum + each, 0) / 100;
}

/**
 * Resident memory of a process, in MB, each the most that it has had: its own, and pages of files (the program, the index), which the system may
 * take back.
 */
export interface PeakMemory {
  readonly own: number;
  readonly files: number;
  readonly together: number;
}

const LOOK_MS = 50;

/** Looks at processes until it is stopped; only what they had together is known without looking. */
export function watchMemory(pids: readonly number[]): { stop(): PeakMemory } {
  let [own, files, together] = [0, 0, 0];
  const look = (): void => {
    for (const status of pids.map((pid) => read(`/proc/${pid}/status`))) {
      const megabytes = (field: string): number => Number(new RegExp(String.raw`^${field}:\s+(\d+)`, 'm').exec(status)?.[1] ?? 0) / 1_000;
      own = Math.max(own, megabytes('RssAnon'));
      files = Math.max(files, megabytes('RssFile'));
      together = Math.max(together, megabytes('VmHWM'));
    }
  };
  const timer = setInterval(look, LOOK_MS);
  return {
    stop() {
      clearInterval(timer);
      look();
      return { own, files, together };
    },
  };
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
