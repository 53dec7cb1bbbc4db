/** The postmaster as an operating-system process: finding one that is running, starting one, stopping one. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync, closeSync } from 'node:fs';
import { readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { launchAs, type Account } from './postgres-user.ts';
import { postgresSettings } from './postgres-settings.ts';

const LOG_BYTES_KEPT = 8 << 20;

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (cause) {
    return (cause as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** A process number is reused sooner or later: after a power cut the file may name somebody else. */
async function isPostgres(pid: number): Promise<boolean> {
  const name = await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => undefined);
  return name === undefined ? process.platform !== 'linux' : name.startsWith('postgres');
}

export interface RunningPostmaster {
  readonly pid: number;
  readonly socketDirectory: string;
}

/** The postmaster that its pid file names, if it lives; a file left by a dead one is removed. */
export async function runningPostmaster(dataDirectory: string): Promise<RunningPostmaster | undefined> {
  const file = join(dataDirectory, 'postmaster.pid');
  const lines = (await readFile(file, 'utf8').catch(() => '')).split('\n');
  const pid = Number(lines[0]);
  if (!Number.isInteger(pid) || pid <= 1) return undefined;
  if (isAlive(pid) && (await isPostgres(pid))) return { pid, socketDirectory: lines[4] ?? '' };
  await rm(file, { force: true });
  return undefined;
}

/** Runs a program to its end; resolves with its exit code and what it wrote. */
export async function runProgram(
  account: Account | undefined,
  program: string,
  args: readonly string[],
  paths: readonly string[],
): Promise<{ code: number | null; output: string }> {
  const launch = await launchAs(account, program, args, paths);
  const child = spawn(launch.command, launch.arguments, { stdio: ['ignore', 'pipe', 'pipe'], cwd: '/', ...ids(launch) });
  let output = '';
  const note = (chunk: Buffer): void => void (output = (output + chunk.toString()).slice(-8192));
  child.stdout.on('data', note);
  child.stderr.on('data', note);
  const code = await new Promise<number | null>((resolve) => {
    child.once('error', (cause) => ((output += cause.message), resolve(null)));
    child.once('close', resolve);
  });
  return { code, output };
}

const ids = (launch: { readonly uid?: number; readonly gid?: number }): { uid?: number; gid?: number } => ({
  ...(launch.uid === undefined ? {} : { uid: launch.uid }),
  ...(launch.gid === undefined ? {} : { gid: launch.gid }),
});

export interface StartOptions {
  readonly postgres: string;
  readonly dataDirectory: string;
  readonly socketDirectory: string;
  readonly logFile: string;
  readonly account: Account | undefined;
}

/**
 * Starts the postmaster in a session of its own: Ctrl-C in our terminal must not reach it before we have finished with it. Its log
 * goes straight to the file, so that it survives us.
 */
export async function startPostmaster(options: StartOptions): Promise<{ readonly pid: number; readonly exited: Promise<unknown> }> {
  const size = await stat(options.logFile).then(
    (found) => found.size,
    () => 0,
  );
  if (size > LOG_BYTES_KEPT) await rename(options.logFile, `${options.logFile}.1`);
  const args = ['-D', options.dataDirectory, ...postgresSettings(options.socketDirectory)];
  const launch = await launchAs(options.account, options.postgres, args, [options.dataDirectory, options.socketDirectory]);
  const log = openSync(options.logFile, 'a', 0o600);
  try {
    const child = spawn(launch.command, launch.arguments, { stdio: ['ignore', log, log], cwd: '/', detached: true, ...ids(launch) });
    await once(child, 'spawn');
    const exited = new Promise((resolve) => child.once('exit', resolve));
    child.unref();
    return { pid: child.pid!, exited };
  } finally {
    closeSync(log);
  }
}

async function gone(pid: number, withinMs: number): Promise<boolean> {
  for (const end = Date.now() + withinMs; Date.now() < end; await sleep(10)) if (!isAlive(pid)) return true;
  return !isAlive(pid);
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It is gone already.
  }
}

/** Fast shutdown (clients are disconnected, a checkpoint is written); immediate shutdown when that takes too long. */
export async function stopPostmaster(pid: number): Promise<void> {
  signal(pid, 'SIGINT');
  if (await gone(pid, 20_000)) return;
  signal(pid, 'SIGQUIT');
  if (await gone(pid, 5_000)) return;
  signal(pid, 'SIGKILL');
  await gone(pid, 2_000);
}
