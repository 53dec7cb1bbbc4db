/**
 * Who runs PostgreSQL. It refuses to run as root; a node that is root (containers, demonstrations) runs it as an unprivileged account.
 * That account may be unable to pass through the directories above the data or the programs (a checkout in /root): then it gets the
 * one capability to do so, and nothing else.
 */
import { chown, lchown, lstat, readFile, readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';

export interface Account {
  readonly uid: number;
  readonly gid: number;
}

/** Undefined: this process is not root, PostgreSQL runs as we do. `directory` keeps the owner it has. */
export async function postgresAccount(directory: string): Promise<Account | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const owner = await stat(join(directory, 'data')).catch(() => undefined);
  if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  const accounts = (await readFile('/etc/passwd', 'utf8').catch(() => '')).split('\n').map((line) => line.split(':'));
  for (const name of ['postgres', 'nobody']) {
    const entry = accounts.find((fields) => fields[0] === name);
    if (entry && Number(entry[2]) > 0) return { uid: Number(entry[2]), gid: Number(entry[3]) };
  }
  return { uid: 65534, gid: 65534 };
}

/** Whether `account` can reach `path`: every directory above it (and it) can be passed through. */
async function reachable(path: string, account: Account): Promise<boolean> {
  for (let at = path; ; at = dirname(at)) {
    const found = await stat(at);
    if (found.isDirectory()) {
      const bit = found.uid === account.uid ? 0o100 : found.gid === account.gid ? 0o010 : 0o001;
      if ((found.mode & bit) === 0) return false;
    }
    if (dirname(at) === at) return true;
  }
}

export interface Launch {
  readonly command: string;
  readonly arguments: readonly string[];
  readonly uid?: number;
  readonly gid?: number;
}

/** How to start `program` as `account`, given the paths it has to reach. */
export async function launchAs(account: Account | undefined, program: string, args: readonly string[], paths: readonly string[]): Promise<Launch> {
  if (!account) return { command: program, arguments: args };
  const reach = await Promise.all([program, ...paths].map((path) => reachable(path, account)));
  if (reach.every(Boolean)) return { command: program, arguments: args, ...account };
  const drop = [`--reuid=${account.uid}`, `--regid=${account.gid}`, '--clear-groups', '--inh-caps=+dac_override', '--ambient-caps=+dac_override'];
  return { command: 'setpriv', arguments: [...drop, '--', program, ...args] };
}

/** Gives a directory and all below it to the account; cheap when it has it already. */
export async function giveTo(account: Account | undefined, directory: string): Promise<void> {
  if (!account) return;
  if ((await stat(directory)).uid === account.uid) return;
  await chown(directory, account.uid, account.gid);
  for (const name of await readdir(directory)) {
    const path = join(directory, name);
    const found = await lstat(path);
    if (found.isDirectory()) await giveTo(account, path);
    else await lchown(path, account.uid, account.gid);
  }
}
