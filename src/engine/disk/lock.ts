/**
 * One process at a time: a lock file that names its owner by process id and start time, so that the lock of a process that was killed is
 * told from that of another one that got its number since.
 */
import { execFileSync } from 'node:child_process';
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { codedError } from '../../base/errors.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import { engineErrors, ioError } from './errors.ts';

export interface Lock {
  release(): void;
}

const LOCK_FILE = 'lock';

/** `engine.locked` (data: pid), `engine.read-only`, `engine.disk-full`, `engine.io`. */
export function acquireLock(directory: string): Result<Lock> {
  const path = join(directory, LOCK_FILE);
  const own = `${process.pid} ${startOf(process.pid) ?? '-'}\n`;
  for (let attempt = 0; attempt < 5; attempt++) {
    try {
      writeFileSync(path, own, { flag: 'wx', mode: 0o600 });
      return ok({ release: () => rmSync(path, { force: true }) });
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') return fail(ioError(cause, 'locking the directory'));
    }
    const found = read(path);
    if (found === undefined) continue;
    const pid = Number.parseInt(found, 10);
    if (isAlive(found))
      return fail(codedError(engineErrors, 'engine.locked', { message: `Process ${pid} has this ledger open (${directory}).`, data: { pid } }));
    takeAway(path, found, `${path}.${process.pid}`);
  }
  return fail(codedError(engineErrors, 'engine.locked'));
}

function isAlive(lock: string): boolean {
  const [number, start] = lock.trim().split(/ (.*)/s, 2);
  const pid = Number(number);
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (cause) {
    return (cause as NodeJS.ErrnoException).code === 'EPERM';
  }
  const now = startOf(pid);
  return start === undefined || start === '-' || now === undefined || now === start;
}

/** Moves a dead lock aside. Should another starter have put its own there meanwhile, that one is put back. */
function takeAway(path: string, dead: string, aside: string): void {
  try {
    renameSync(path, aside);
    if (read(aside) !== dead) linkSync(aside, path);
  } catch {
    // Somebody else was faster: the next attempt sees whose lock it is.
  }
  rmSync(aside, { force: true });
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/** When a process started, in whatever form the system tells it; undefined when it doesn't. */
function startOf(pid: number): string | undefined {
  try {
    if (process.platform === 'linux')
      return readFileSync(`/proc/${pid}/stat`, 'utf8')
        .replace(/^.*\) /s, '')
        .split(' ')[19];
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim() || undefined;
  } catch {
    return undefined;
  }
}
