/** All organisations of a network on this machine, each in a process of its own; whoever ends unasked is started again. For trial. */
import { spawn, type ChildProcess } from 'node:child_process';
import { join, resolve } from 'node:path';
import { codedError } from '../base/errors.ts';
import { fail, ok, type Result } from '../base/result.ts';
import { openLogFile, type LogFile } from '../engine/cometbft/process/log-file.ts';
import { stopLeftCluster } from '../store/postgres-cluster.ts';
import { organisationErrors } from './errors.ts';
import { databaseDirectory } from './home-file.ts';
import { readNetworkFile, type NetworkFile } from './network-file.ts';
import { networkStatus } from './network-status.ts';
import { readRunFile } from './run-file.ts';

export interface UpOptions {
  readonly directory: string;
  /** Starts one organisation: program and arguments before the home. */
  readonly command: readonly [string, ...string[]];
  readonly signal: AbortSignal;
  readonly note: (line: string) => void;
  /** Called once, when blocks can be made. */
  readonly ready: (file: NetworkFile) => void;
}

const READY_WITHIN_MS = 120_000;
const POLL_MS = 250;
const STOP_WITHIN_MS = 30_000;
const FIRST_PAUSE_MS = 2_000;
const MOST_PAUSE_MS = 30_000;
const HEALTHY_MS = 60_000;
export const LOG_FILE = 'node.log';

/** Resolves when all have stopped. `organisation.no-network`, `organisation.running`, `organisation.not-ready`. */
export async function networkUp({ directory: given, command, signal, note, ready }: UpOptions): Promise<Result<void>> {
  const directory = resolve(given);
  const file = await readNetworkFile(directory);
  if (!file.ok) return file;
  const homes = file.value.organisations.map(({ id, home }) => ({ id, home: join(directory, home) }));
  for (const { id, home } of homes) {
    const run = await readRunFile(home);
    if (run)
      return fail(
        codedError(organisationErrors, 'organisation.running', {
          message: `${id} runs already: process ${run.pid}, ${run.url}.`,
          data: { pid: run.pid },
        }),
      );
  }
  const stop = new AbortController();
  const members = homes.map(({ id, home }) => supervised(id, home, command, note, stop.signal));
  try {
    if (await comesUp(directory, signal)) ready(file.value);
    else if (!signal.aborted) return fail(codedError(organisationErrors, 'organisation.not-ready'));
    if (!signal.aborted) await new Promise((end) => signal.addEventListener('abort', end, { once: true }));
    return ok(undefined);
  } finally {
    stop.abort();
    for (const member of members.toReversed()) await member.stop();
  }
}

async function comesUp(directory: string, signal: AbortSignal): Promise<boolean> {
  const end = Date.now() + READY_WITHIN_MS;
  while (!signal.aborted && Date.now() < end) {
    const status = await networkStatus(directory, signal);
    if (status.ok && status.value.validators.every(({ up, problem, consensusHeight }) => up && problem === null && (consensusHeight ?? 0) > 1))
      return true;
    await pause(POLL_MS, signal);
  }
  return false;
}

function supervised(
  id: string,
  home: string,
  command: UpOptions['command'],
  note: (line: string) => void,
  signal: AbortSignal,
): { stop(): Promise<void> } {
  const log = openLogFile(join(home, LOG_FILE));
  let child: ChildProcess | undefined;
  const running = run();
  return {
    async stop() {
      if (child) await end(child, home);
      await running;
      log.close();
    },
  };

  async function run(): Promise<void> {
    let pauseMs = FIRST_PAUSE_MS;
    while (!signal.aborted) {
      const from = Date.now();
      const how = await once();
      if (signal.aborted) return;
      note(`${id} ended (${how}) and is started again`);
      if (Date.now() - from >= HEALTHY_MS) pauseMs = FIRST_PAUSE_MS;
      await pause(pauseMs, signal);
      pauseMs = Math.min(pauseMs * 2, MOST_PAUSE_MS);
      // Somebody may have started it by hand meanwhile.
      while (!signal.aborted && (await readRunFile(home))) await pause(POLL_MS, signal);
    }
  }

  function once(): Promise<string> {
    return new Promise((settle) => {
      const [program, ...args] = command;
      // Its input ends with this process, however that ends: then it stops too.
      child = spawn(program, [...args, home], { stdio: ['pipe', 'pipe', 'pipe'], env: { ...process.env, CARELEDGER_STOP_WITH_INPUT: '1' } });
      logTo(log, child);
      child.once('error', (cause) => settle(cause.message));
      child.once('close', (code, by) => settle(by ?? `exit code ${code}`));
    });
  }
}

function logTo(log: LogFile, { stdout, stderr, stdin }: ChildProcess): void {
  for (const stream of [stdout, stderr]) stream?.on('data', (chunk: Buffer) => log.write(chunk));
  stdin?.on('error', () => undefined);
}

async function end(child: ChildProcess, home: string): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((settle) => child.once('close', settle));
  child.kill('SIGTERM');
  child.kill('SIGCONT');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
  await gone;
  clearTimeout(timer);
  // It could not stop its database any more.
  if (child.signalCode === 'SIGKILL') await stopLeftCluster(databaseDirectory(home));
}

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((settle) => {
    if (signal.aborted) return settle();
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      settle();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done, { once: true });
  });
