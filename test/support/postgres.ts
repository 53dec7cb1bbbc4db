/**
 * Databases for tests: one embedded cluster per worker, started when first asked for, and a fresh database from a migrated template in
 * some tens of milliseconds. What a killed run left behind is swept by the next one.
 */
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { unwrap } from '../../src/base/result.ts';
import { openRecords, type Records, type RecordsOptions } from '../../src/records/open.ts';
import { openDatabase } from '../../src/store/database.ts';
import { binariesIn } from '../../src/store/postgres-binaries.ts';
import { openCluster, type Cluster } from '../../src/store/postgres-cluster.ts';
import { isAlive, runningPostmaster, stopPostmaster } from '../../src/store/postgres-process.ts';
import { rootKeyFromBytes } from '../../src/vault/root-key.ts';

export type ServerKind = 'embedded' | 'debian';

/** `npm test` finds or installs them and says where. */
export const DEBIAN_BINARIES = process.env['CARELEDGER_POSTGRES_BIN'] ?? '/usr/lib/postgresql/15/bin';
const PREFIX = 'clt-';
const TEMPLATE = 'careledger_template';

/** Debian's own server, where it is installed: the stand-in for an external `DATABASE_URL`. */
export const hasServer = (kind: ServerKind): boolean => kind === 'embedded' || existsSync(join(DEBIAN_BINARIES, 'postgres'));

interface Server {
  readonly cluster: Cluster;
  readonly directory: string;
}

const servers = new Map<ServerKind, Promise<Server>>();
let databases = 0;

async function sweep(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const pid = new RegExp(`^${PREFIX}(\\d+)-`).exec(name)?.[1];
    if (pid === undefined || isAlive(Number(pid))) continue;
    const running = await runningPostmaster(join(tmpdir(), name, 'data'));
    if (running) await stopPostmaster(running.pid);
    await rm(join(tmpdir(), name), { recursive: true, force: true });
  }
}

async function start(kind: ServerKind): Promise<Server> {
  await sweep();
  const directory = await mkdtemp(join(tmpdir(), `${PREFIX}${process.pid}-`));
  const cluster = unwrap(
    await openCluster({ directory, logDirectory: join(directory, 'logs'), ...(kind === 'debian' ? { binaries: binariesIn(DEBIAN_BINARIES) } : {}) }),
  );
  const template = unwrap(await openDatabase({ url: unwrap(await cluster.createDatabase(TEMPLATE)) }));
  await template.close();
  return { cluster, directory };
}

export function testServer(kind: ServerKind = 'embedded'): Promise<Server> {
  let server = servers.get(kind);
  if (!server) servers.set(kind, (server = start(kind)));
  return server;
}

/** Connection URL of a new database with the schema in it. */
export async function freshDatabase(kind: ServerKind = 'embedded'): Promise<string> {
  const { cluster } = await testServer(kind);
  return unwrap(await cluster.createDatabase(`test_${process.pid}_${++databases}`, TEMPLATE));
}

/** Records on a fresh database (or on `database`), with a fixed root key. */
export async function openTestRecords(options: Partial<RecordsOptions> & { readonly kind?: ServerKind } = {}): Promise<Records> {
  const { kind, ...given } = options;
  const database = given.database ?? (await freshDatabase(kind));
  return unwrap(
    await openRecords({ organisation: 'city-hospital', rootKey: rootKeyFromBytes(new Uint8Array(32).fill(7)), readers: 4, ...given, database }),
  );
}

/** Call once at the top of a test file that uses databases: stops the servers when its tests are done. */
export function stopServersAfterwards(): void {
  afterAll(async () => {
    const running = [...servers.values()];
    servers.clear();
    for (const { cluster, directory } of await Promise.all(running)) {
      await cluster.close();
      await rm(directory, { recursive: true, force: true });
    }
  });
}
