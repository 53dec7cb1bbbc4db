/**
 * A whole sandbox for a test: in a process of its own, on free ports, on a data directory of its own (removed at the end, unless one
 * is given). The same entry point as `npm start`, without the installation.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';

const root = path.join(import.meta.dirname, '../..');

export interface TestSandbox {
  readonly hub: string;
  readonly port: number;
  readonly dataDirectory: string;
  readonly pid: number;
  /** Base URL of an organisation's node. */
  url(organisation: string): string;
  /** A bearer token from the command line, e.g. `token('city-hospital', 'clinician')`; a patient needs their id. */
  token(organisation: string, role: string, patient?: string): Promise<string>;
  /** Runs `careledger <args>` against this sandbox. */
  cli(...args: readonly string[]): Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }>;
  /** Everything the process has printed so far. */
  output(): string;
  /** SIGTERM, and waits for the end; the exit code. */
  stop(): Promise<number | null>;
  /** SIGKILL of the server process (PostgreSQL is left to itself), and waits for the end. */
  kill(): Promise<void>;
  /** Stops and removes the data directory, unless it was given. */
  [Symbol.asyncDispose](): Promise<void>;
}

export interface TestSandboxOptions {
  readonly dataDirectory?: string;
  readonly port?: number;
  /** Synthetic people on first start; default 4. */
  readonly people?: number;
  /** Default 500. */
  readonly anchorIntervalMs?: number;
  readonly env?: Readonly<Record<string, string>>;
  readonly readyWithinMs?: number;
}

const PORTS_PER_SANDBOX = 6;

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = net.createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)));
  });

/** A base port with all its companions free. Drawn at random, since several test processes look at the same time. */
export async function freeBasePort(): Promise<number> {
  for (let attempt = 0; attempt < 200; attempt++) {
    const base = 21_000 + Math.floor(Math.random() * 1_100) * 8;
    const needed = Array.from({ length: PORTS_PER_SANDBOX }, (_, i) => base + i).flatMap((port) => [port, port + 1000]);
    if ((await Promise.all(needed.map(isFree))).every(Boolean)) return base;
  }
  throw new Error('no free ports');
}

/** Runs a program to its end. */
export async function run(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>> = {},
): Promise<{ code: number; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, args, { cwd: root, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code: code ?? 1, stdout, stderr };
}

/** Runs `careledger <args>` without a sandbox of its own. */
export const careledger = (
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>> = {},
): Promise<{ code: number; stdout: string; stderr: string }> => run([path.join(root, 'src/cli/main.ts'), ...args], env);

export const temporaryDirectory = (): string => mkdtempSync(path.join(os.tmpdir(), 'careledger-test-'));

/** Resolves when the ready line is there; throws with what was printed when the process ends before. */
async function ready(child: ChildProcess, output: () => string, withinMs: number): Promise<string> {
  const end = Date.now() + withinMs;
  for (;;) {
    const url = /^Careledger is ready: (\S+)$/m.exec(output())?.[1];
    if (url !== undefined) return url;
    if (child.exitCode !== null || child.signalCode !== null) throw new Error(`the sandbox ended before it was ready:\n${output()}`);
    if (Date.now() > end) {
      child.kill('SIGKILL');
      throw new Error(`the sandbox was not ready within ${withinMs} ms:\n${output()}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

/** Ports that were free a moment ago may be taken by the time they are needed: then others are drawn. */
export async function startSandbox(options: TestSandboxOptions = {}): Promise<TestSandbox> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await startOnce(options);
    } catch (error) {
      if (options.port !== undefined || attempt >= 3 || !(error as Error).message.includes('(sandbox.port-in-use)')) throw error;
    }
  }
}

async function startOnce(options: TestSandboxOptions): Promise<TestSandbox> {
  const dataDirectory = options.dataDirectory ?? temporaryDirectory();
  const port = options.port ?? (await freeBasePort());
  const env = {
    ...process.env,
    CARELEDGER_DATA: dataDirectory,
    CARELEDGER_PORT: String(port),
    CARELEDGER_PEOPLE: String(options.people ?? 4),
    CARELEDGER_ANCHOR_INTERVAL: String(options.anchorIntervalMs ?? 500),
    DATABASE_URL: '',
    ...options.env,
  };
  const child = spawn(process.execPath, [path.join(root, 'src/main.ts')], { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const ended = once(child, 'close');
  const hub = await ready(child, () => text, options.readyWithinMs ?? 120_000);
  const { organisations } = (await (await fetch(`${hub}/.well-known/careledger`)).json()) as {
    organisations: readonly { id: string; url: string }[];
  };
  const cli: TestSandbox['cli'] = (...args) =>
    careledger(args, { CARELEDGER_DATA: dataDirectory, DATABASE_URL: options.env?.['DATABASE_URL'] ?? '' });

  const stop = async (): Promise<number | null> => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
    await ended;
    return child.exitCode;
  };
  return {
    hub,
    port,
    dataDirectory,
    pid: child.pid!,
    url(organisation) {
      const found = organisations.find(({ id }) => id === organisation);
      if (!found) throw new Error(`no organisation ${organisation}`);
      return found.url;
    },
    async token(organisation, role, patient) {
      const { code, stdout, stderr } = await cli(
        'token',
        '--org',
        organisation,
        '--role',
        role,
        ...(patient === undefined ? [] : ['--patient', patient]),
      );
      if (code !== 0) throw new Error(stderr);
      return stdout.trim();
    },
    cli,
    output: () => text,
    stop,
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
    async [Symbol.asyncDispose]() {
      await stop();
      if (options.dataDirectory === undefined) rmSync(dataDirectory, { recursive: true, force: true });
    },
  };
}
