/** Processes told apart over time: by number and start, since numbers are given again. */
import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';

export interface ProcessIdentity {
  readonly pid: number;
  /** In whatever form the system tells it. */
  readonly start: string;
}

/** Undefined when there is no such process, or one that has ended and is only still listed. */
export function identityOf(pid: number): ProcessIdentity | undefined {
  try {
    if (process.platform === 'linux') {
      const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
        .replace(/^.*\) /s, '')
        .split(' ');
      return fields[0] === 'Z' || fields[0] === 'X' ? undefined : { pid, start: fields[19]! };
    }
    const start = execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim();
    return start === '' ? undefined : { pid, start };
  } catch {
    return undefined;
  }
}

export const isAlive = ({ pid, start }: ProcessIdentity): boolean => identityOf(pid)?.start === start;

export function writeIdentity(file: string, pid: number): void {
  const identity = identityOf(pid);
  if (identity) writeFileSync(file, `${identity.pid} ${identity.start}\n`, { mode: 0o600, flush: true });
}

/** Of the process that the file names, if it still runs. */
export function livingIdentity(file: string): ProcessIdentity | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
  const [, pid, start] = /^(\d{1,10}) (.+)\n/.exec(text) ?? [];
  const identity = { pid: Number(pid), start: start ?? '' };
  return pid !== undefined && identity.pid > 1 && isAlive(identity) ? identity : undefined;
}

const POLL_MS = 50;

async function ended(identity: ProcessIdentity, withinMs: number): Promise<boolean> {
  for (let waited = 0; isAlive(identity); waited += POLL_MS) {
    if (waited >= withinMs) return false;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  return true;
}

/** Ends exactly that process: asked first, made to after the grace. Nothing happens when it is not there any more. */
export async function endProcess(identity: ProcessIdentity, graceMs: number): Promise<void> {
  const signal = (name: NodeJS.Signals): void => {
    try {
      if (isAlive(identity)) process.kill(identity.pid, name);
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== 'ESRCH') throw cause;
    }
  };
  signal('SIGTERM');
  // A process that is paused takes no other signal until it goes on.
  signal('SIGCONT');
  if (await ended(identity, graceMs)) return;
  signal('SIGKILL');
  await ended(identity, 10_000);
}

/** What an earlier run of ours left behind when it was killed: ended, so that two never run on the same home. */
export async function endLeftover(file: string, graceMs: number): Promise<ProcessIdentity | undefined> {
  const left = livingIdentity(file);
  if (left) await endProcess(left, graceMs);
  rmSync(file, { force: true });
  return left;
}
