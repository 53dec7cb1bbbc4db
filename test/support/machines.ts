/**
 * Machines for a test: network namespaces of this one, each with an address of its own on a bridge, names in a hosts file of its own, and a folder.
 * Nothing leaves this machine, and nothing stays on it. Needs root and iproute2.
 */
import { execFile, execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { temporaryDirectory } from './sandbox.ts';

const root = path.join(import.meta.dirname, '../..');
const cli = path.join(root, 'bin/careledger.mjs');

export interface Machine {
  readonly address: string;
  readonly name: string;
  /** Its disk. */
  readonly folder: string;
  /** `careledger …` on it. */
  cli(...args: readonly string[]): Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }>;
  /** What another program on it prints. */
  run(program: string, ...args: readonly string[]): Promise<string>;
  /** `careledger …`, left running; resolves when it has printed the line, rejects when it ends before. */
  start(line: RegExp, ...args: readonly string[]): Promise<ChildProcess>;
  /** All that its programs have printed. */
  output(): string;
  /** The cable. */
  plug(isIn: boolean): void;
  /** Of everything that it sends; 0: none. False: this kernel can't (netem). */
  delay(milliseconds: number): boolean;
  /** Whom it knows by name. */
  knows(names: Readonly<Record<string, string>>): void;
}

export interface Machines {
  readonly list: readonly Machine[];
  readonly folder: string;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Why there can be none here; undefined: there can. */
export function whyNoMachines(): string | undefined {
  if (process.platform !== 'linux') return 'network namespaces are Linux’s';
  if (process.getuid?.() !== 0) return 'network namespaces need root';
  const probe = `clprobe${process.pid}`;
  const made = spawnSync('ip', ['netns', 'add', probe], { encoding: 'utf8' });
  if (made.error) return 'there is no "ip" (iproute2)';
  if (made.status !== 0) return `network namespaces cannot be made here: ${made.stderr.trim()}`;
  spawnSync('ip', ['netns', 'del', probe]);
  return undefined;
}

const ip = (...args: readonly string[]): void => void execFileSync('ip', args, { stdio: ['ignore', 'ignore', 'pipe'] });
const quietly = (program: string, ...args: readonly string[]): void => void spawnSync(program, args, { stdio: 'ignore' });

/** `names[i]` is the name of machine i; `env` for all programs on them. */
export function openMachines(names: readonly string[], env: Readonly<Record<string, string>> = {}): Machines {
  const id = process.pid % 100_000;
  // Reachable from this process at the bridge; a subnet of its own for each run.
  const subnet = `10.77.${process.pid % 250}`;
  const bridge = `clbr${id}`;
  const folder = temporaryDirectory();
  const children: ChildProcess[] = [];
  const spaces = names.map((_, at) => `cl${id}m${at + 1}`);
  const hostsFolder = (space: string): string => path.join('/etc/netns', space);

  function remove(): void {
    for (const space of spaces) {
      const pids = spawnSync('ip', ['netns', 'pids', space], { encoding: 'utf8' }).stdout ?? '';
      for (const pid of pids.split('\n').filter(Boolean)) quietly('kill', '-KILL', pid);
      quietly('ip', 'netns', 'del', space);
      rmSync(hostsFolder(space), { recursive: true, force: true });
    }
    quietly('ip', 'link', 'del', bridge);
  }
  process.once('exit', remove);

  ip('link', 'add', bridge, 'type', 'bridge');
  ip('addr', 'add', `${subnet}.1/24`, 'dev', bridge);
  ip('link', 'set', bridge, 'up');

  const list = names.map((name, at): Machine => {
    const space = spaces[at]!;
    const [cable, address] = [`clv${id}n${at + 1}`, `${subnet}.${at + 11}`];
    ip('netns', 'add', space);
    ip('link', 'add', cable, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', space);
    ip('link', 'set', cable, 'master', bridge, 'up');
    ip('-n', space, 'addr', 'add', `${address}/24`, 'dev', 'eth0');
    ip('-n', space, 'link', 'set', 'eth0', 'up');
    ip('-n', space, 'link', 'set', 'lo', 'up');
    const disk = path.join(folder, `machine-${at + 1}`);
    mkdirSync(disk, { mode: 0o711 });
    let text = '';
    const inside = ['netns', 'exec', space, process.execPath, cli];
    const options = { cwd: disk, env: { ...process.env, ...env } };
    const machine: Machine = {
      address,
      name,
      folder: disk,
      cli: (...args) =>
        new Promise((resolve) => {
          execFile('ip', [...inside, ...args], { ...options, timeout: 60_000 }, (cause, stdout, stderr) => {
            resolve({ code: cause ? ((cause.code as unknown as number) ?? 1) : 0, stdout, stderr });
          });
        }),
      run: (program, ...args) =>
        new Promise((resolve, reject) => {
          execFile('ip', ['netns', 'exec', space, program, ...args], { ...options, timeout: 60_000 }, (cause, stdout) =>
            cause ? reject(cause) : resolve(stdout),
          );
        }),
      async start(line, ...args) {
        const child = spawn('ip', [...inside, ...args], { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
        children.push(child);
        let own = '';
        for (const stream of [child.stdout, child.stderr])
          stream.on('data', (chunk: Buffer) => {
            text += chunk.toString();
            own += chunk.toString();
          });
        for (let waited = 0; !line.test(own); waited += 50) {
          if (child.exitCode !== null || child.signalCode !== null || waited > 90_000) throw new Error(`${name} did not come up:\n${own}`);
          await sleep(50);
        }
        return child;
      },
      output: () => text,
      plug: (isIn) => ip('link', 'set', cable, isIn ? 'up' : 'down'),
      delay(milliseconds) {
        quietly('tc', '-n', space, 'qdisc', 'del', 'dev', 'eth0', 'root');
        if (milliseconds === 0) return true;
        return spawnSync('tc', ['-n', space, 'qdisc', 'add', 'dev', 'eth0', 'root', 'netem', 'delay', `${milliseconds}ms`]).status === 0;
      },
      knows(known) {
        const lines = Object.entries({ localhost: '127.0.0.1', ...known }).map(([host, at]) => `${at} ${host}\n`);
        mkdirSync(hostsFolder(space), { recursive: true });
        writeFileSync(path.join(hostsFolder(space), 'hosts'), lines.join(''));
        // Names come from that file alone: no server on the outside is asked.
        writeFileSync(path.join(hostsFolder(space), 'resolv.conf'), 'nameserver 127.0.0.1\n');
      },
    };
    return machine;
  });

  return {
    list,
    folder,
    async [Symbol.asyncDispose]() {
      for (const child of children) if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
      for (let waited = 0; waited < 30_000 && children.some(({ exitCode, signalCode }) => exitCode === null && signalCode === null); waited += 100)
        await sleep(100);
      remove();
      process.off('exit', remove);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
