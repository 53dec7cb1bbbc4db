/**
 * Supervises one embedded PostgreSQL cluster: created on first use, reachable through a unix socket only, restarted when it dies,
 * stopped with us. When our process was killed the postmaster lives on; the next start adopts it. Who may do so is decided by an
 * advisory lock that a living supervisor holds: a second process on the same directory gets `store.locked`.
 */
import { createHash } from 'node:crypto';
import { chmod, chown, lstat, mkdir, readFile, readdir, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { codedError } from '../base/errors.ts';
import { fail, ok, type Result } from '../base/result.ts';
import { storeErrors } from './errors.ts';
import { embeddedBinaries, type PostgresBinaries } from './postgres-binaries.ts';
import { isAlive, runProgram, runningPostmaster, startPostmaster, stopPostmaster } from './postgres-process.ts';
import { giveTo, postgresAccount, type Account } from './postgres-user.ts';

const SUPERUSER = 'careledger';
const PORT = 5432;
/** `sun_path` is 104 bytes on macOS, 108 on Linux; the socket's own name takes the rest. */
const SOCKET_PATH_LIMIT = 100;
const SUPERVISOR_LOCK = 0x63617265;
const START_LIMIT_MS = 60_000;

export interface ClusterOptions {
  /** Holds `data/` (and the socket, when the path is short enough). */
  readonly directory: string;
  readonly logDirectory: string;
  /** Default: the embedded ones. */
  readonly binaries?: PostgresBinaries;
}

export interface Cluster {
  /** Connection URL of a database of this cluster. */
  url(database: string): string;
  /** Creates the database unless it exists; its connection URL. */
  createDatabase(database: string, template?: string): Promise<Result<string>>;
  pid(): number;
  /** Stops PostgreSQL; it has written everything when this resolves. */
  close(): Promise<void>;
}

export async function openCluster(options: ClusterOptions): Promise<Result<Cluster>> {
  const binaries = options.binaries ? ok(options.binaries) : await embeddedBinaries();
  if (!binaries.ok) return binaries;
  const account = await postgresAccount(options.directory);
  const dataDirectory = join(options.directory, 'data');
  try {
    await mkdir(options.directory, { recursive: true, mode: 0o700 });
    await mkdir(options.logDirectory, { recursive: true, mode: 0o700 });
    await giveTo(account, options.directory);
    const created = await createIfAbsent(binaries.value, account, options.directory, dataDirectory);
    if (!created.ok) return created;
    const socketDirectory = await prepareSocketDirectory(options.directory, account);
    const supervisor = new Supervisor({
      postgres: binaries.value.postgres,
      dataDirectory,
      socketDirectory,
      logFile: join(options.logDirectory, 'postgres.log'),
      account,
    });
    const started = await supervisor.start();
    return started.ok ? ok(supervisor) : started;
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    const full = code === 'ENOSPC' || code === 'EACCES' || code === 'EROFS' || code === 'EPERM';
    return fail(codedError(storeErrors, full ? 'store.not-writable' : 'store.start-failed', { data: { cause: (cause as Error).message } }));
  }
}

/** Stops what a supervisor that was killed has left running; whoever calls knows that no other one is there. */
export async function stopLeftCluster(directory: string): Promise<void> {
  const left = await runningPostmaster(join(directory, 'data'));
  if (left) await stopPostmaster(left.pid);
}

/** The cluster appears under its name only when it is whole and on disk. */
async function createIfAbsent(
  binaries: PostgresBinaries,
  account: Account | undefined,
  directory: string,
  dataDirectory: string,
): Promise<Result<void>> {
  const present = await readdir(dataDirectory).catch(() => undefined);
  if (present) {
    const version = await readFile(join(dataDirectory, 'PG_VERSION'), 'utf8').catch(() => undefined);
    if (version !== undefined) return ok(undefined);
    return fail(
      codedError(storeErrors, 'store.damaged', { message: `${dataDirectory} is not a PostgreSQL cluster.`, data: { directory: dataDirectory } }),
    );
  }
  const draft = join(directory, 'data.new');
  await rm(draft, { recursive: true, force: true });
  const args = ['-D', draft, '-U', SUPERUSER, '-E', 'UTF8', '--locale=C', '--auth=trust', '--no-sync'];
  const made = await runProgram(account, binaries.initdb, args, [directory]);
  const synced = made.code === 0 ? await runProgram(account, binaries.initdb, ['-D', draft, '--sync-only'], [directory]) : made;
  if (synced.code !== 0) {
    const code = /No space left|Permission denied|Read-only/.test(synced.output) ? 'store.not-writable' : 'store.start-failed';
    return fail(codedError(storeErrors, code, { data: { program: 'initdb', output: synced.output.slice(-1000) } }));
  }
  await rename(draft, dataDirectory);
  return ok(undefined);
}

/** A private directory for the socket: beside the data, or a short path under the temporary directory when that is too long. */
async function prepareSocketDirectory(directory: string, account: Account | undefined): Promise<string> {
  const near = join(directory, 'socket');
  const name = `careledger-${createHash('sha256').update(directory).digest('hex').slice(0, 16)}`;
  const fits = (path: string): boolean => Buffer.byteLength(join(path, `.s.PGSQL.${PORT}`)) <= SOCKET_PATH_LIMIT;
  const chosen = [near, join(tmpdir(), name), join('/tmp', name)].find(fits)!;
  await mkdir(chosen, { mode: 0o700 }).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code !== 'EEXIST') throw cause;
  });
  const found = await lstat(chosen);
  const owners = [process.getuid?.(), account?.uid];
  // The temporary directory is everybody's: a name taken by somebody else must not become our socket.
  if (!found.isDirectory() || !owners.includes(found.uid)) throw new Error(`${chosen} belongs to somebody else`);
  if (account) await chown(chosen, account.uid, account.gid);
  await chmod(chosen, 0o700);
  return chosen;
}

class Supervisor implements Cluster {
  readonly #options: Parameters<typeof startPostmaster>[0];
  #pid = 0;
  #socketDirectory: string;
  #watch: pg.Client | undefined;
  readonly #closing = new AbortController();
  #reviving: Promise<void> | undefined;
  readonly #onExit = (): void => {
    // Last resort when the process ends without `close()`: ask for a fast shutdown and do not wait.
    try {
      if (this.#pid > 1) process.kill(this.#pid, 'SIGINT');
    } catch {
      // It is gone already.
    }
  };

  constructor(options: Parameters<typeof startPostmaster>[0]) {
    this.#options = options;
    this.#socketDirectory = options.socketDirectory;
  }

  pid(): number {
    return this.#pid;
  }

  url(database: string): string {
    return `postgresql://${SUPERUSER}@/${encodeURIComponent(database)}?host=${encodeURIComponent(this.#socketDirectory)}&port=${PORT}`;
  }

  async start(): Promise<Result<void>> {
    const running = await runningPostmaster(this.#options.dataDirectory);
    let exited = false;
    if (running) {
      this.#pid = running.pid;
      this.#socketDirectory = running.socketDirectory || this.#options.socketDirectory;
    } else {
      const started = await startPostmaster(this.#options);
      this.#pid = started.pid;
      this.#guard();
      this.#socketDirectory = this.#options.socketDirectory;
      void started.exited.then(() => (exited = true));
    }
    for (const end = Date.now() + START_LIMIT_MS; Date.now() < end; await sleep(15)) {
      if (exited || !isAlive(this.#pid) || this.#closing.signal.aborted) break;
      const watch = new pg.Client({
        connectionString: this.url('postgres'),
        connectionTimeoutMillis: 5000,
        application_name: 'careledger supervisor',
      });
      watch.on('error', () => undefined);
      try {
        await watch.connect();
      } catch {
        await watch.end().catch(() => undefined);
        continue;
      }
      return this.#claim(watch);
    }
    // One that was stopping when we came may be gone now: then ours can start.
    if (running && !isAlive(running.pid) && !this.#closing.signal.aborted) return this.start();
    if (!running) {
      process.removeListener('exit', this.#onExit);
      await stopPostmaster(this.#pid);
    }
    return fail(codedError(storeErrors, 'store.start-failed', { data: { log: this.#options.logFile } }));
  }

  /** From the moment it runs: this process may be told to end before the first connection. */
  #guard(): void {
    process.removeListener('exit', this.#onExit);
    process.once('exit', this.#onExit);
  }

  /** The lock of a supervisor that was killed is freed when the server notices: within moments. */
  async #claim(watch: pg.Client): Promise<Result<void>> {
    for (const end = Date.now() + 3000; ; await sleep(50)) {
      const { rows } = await watch.query('select pg_try_advisory_lock($1) as held', [SUPERVISOR_LOCK]);
      if ((rows[0] as { held: boolean }).held) break;
      if (Date.now() > end) {
        await watch.end();
        process.removeListener('exit', this.#onExit);
        return fail(codedError(storeErrors, 'store.locked', { data: { directory: this.#options.dataDirectory } }));
      }
    }
    this.#watch = watch;
    this.#guard();
    watch.once('end', () => {
      if (!this.#closing.signal.aborted) this.#reviving = this.#revive();
    });
    return ok(undefined);
  }

  /** The connection ended: PostgreSQL restarted its sessions after a crash, or died. */
  async #revive(): Promise<void> {
    process.removeListener('exit', this.#onExit);
    const { signal } = this.#closing;
    for (let wait = 100; !signal.aborted; wait = Math.min(wait * 2, 5000)) {
      const again = await this.start().catch(() => undefined);
      if (again?.ok || again?.error.code === 'store.locked') return;
      await sleep(wait, undefined, { ref: false, signal }).catch(() => undefined);
    }
  }

  async createDatabase(database: string, template?: string): Promise<Result<string>> {
    if (!/^[a-z][a-z0-9_]{0,62}$/.test(database))
      return fail(codedError(storeErrors, 'store.failed', { message: `Not a database name: ${database}.` }));
    const client = new pg.Client({ connectionString: this.url('postgres') });
    try {
      await client.connect();
      const { rows } = await client.query('select 1 from pg_database where datname = $1', [database]);
      if (rows.length === 0) await client.query(`create database ${database}${template === undefined ? '' : ` template ${template}`}`);
      return ok(this.url(database));
    } catch (cause) {
      return fail(codedError(storeErrors, 'store.failed', { data: { cause: (cause as Error).message } }));
    } finally {
      await client.end().catch(() => undefined);
    }
  }

  async close(): Promise<void> {
    if (this.#closing.signal.aborted) return;
    this.#closing.abort();
    // What a revival has just started is stopped with the rest.
    await this.#reviving;
    process.removeListener('exit', this.#onExit);
    await this.#watch?.end().catch(() => undefined);
    await stopPostmaster(this.#pid);
    if (this.#socketDirectory.startsWith(join(tmpdir(), 'careledger-'))) await rm(this.#socketDirectory, { recursive: true, force: true });
  }
}
