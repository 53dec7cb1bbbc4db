import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { unwrap } from '../../src/base/result.ts';
import { openCluster, stopLeftCluster, type Cluster } from '../../src/store/postgres-cluster.ts';
import { isAlive, runningPostmaster } from '../../src/store/postgres-process.ts';

const module = join(import.meta.dirname, '../../src/store/postgres-cluster.ts');

describe('the embedded cluster', () => {
  let root: string;
  beforeEach(async () => void (root = await mkdtemp(join(tmpdir(), 'clc-'))));
  afterEach(() => rm(root, { recursive: true, force: true }));

  const open = (name = 'postgres') => openCluster({ directory: join(root, name), logDirectory: join(root, 'logs') });
  const ask = async (url: string, text: string): Promise<unknown> => {
    const client = new pg.Client(url);
    await client.connect();
    const { rows } = await client.query({ text, rowMode: 'array' });
    await client.end();
    return (rows as unknown as unknown[][])[0]![0];
  };

  /** A server whose supervisor, another process, was killed. */
  async function leftByKilledSupervisor(): Promise<number> {
    const script = `import { openCluster } from '${module}';
      const c = await openCluster({ directory: '${join(root, 'postgres')}', logDirectory: '${join(root, 'logs')}' });
      console.log(c.value.pid()); setInterval(() => undefined, 1000);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [first] = (await once(child.stdout, 'data')) as [Buffer];
    child.kill('SIGKILL');
    await once(child, 'close');
    return Number(first.toString());
  }

  test('starts, keeps data over a restart, listens on no network, leaves no process behind', async () => {
    let cluster: Cluster = unwrap(await open());
    const url = unwrap(await cluster.createDatabase('hospital'));
    expect(await ask(url, 'show listen_addresses')).toBe('');
    expect(await ask(url, 'show fsync')).toBe('on');
    expect(await ask(url, 'show server_encoding')).toBe('UTF8');
    await ask(url, 'create table kept as select 42 as n').catch(() => undefined);
    const pid = cluster.pid();
    await cluster.close();
    expect(isAlive(pid)).toBe(false);
    cluster = unwrap(await open());
    expect(await ask(cluster.url('hospital'), 'select n from kept')).toBe(42);
    await cluster.close();
  });

  test('the log holds neither statements, nor their parameters, nor errors that quote them', async () => {
    const cluster = unwrap(await open());
    const client = new pg.Client(cluster.url('postgres'));
    await client.connect();
    await expect(client.query('select $1::int', ['canary-parameter'])).rejects.toThrow('canary');
    await expect(client.query(`select 'canary-literal' from nowhere`)).rejects.toThrow('nowhere');
    await client.end();
    await cluster.close();
    expect(await readFile(join(root, 'logs', 'postgres.log'), 'utf8')).not.toMatch(/canary/);
  });

  test('a second supervisor is refused while the first lives', async () => {
    const cluster = unwrap(await open());
    expect(await open()).toMatchObject({ ok: false, error: { code: 'store.locked' } });
    expect(await ask(cluster.url('postgres'), 'select 1')).toBe(1);
    await cluster.close();
  }, 20_000);

  test('a postmaster whose supervisor was killed is adopted, and stopped with the new one', async () => {
    const pid = await leftByKilledSupervisor();
    expect(isAlive(pid)).toBe(true);
    const cluster = unwrap(await open());
    expect(cluster.pid()).toBe(pid);
    await cluster.close();
    expect(isAlive(pid)).toBe(false);
  });

  test('a postmaster whose supervisor was killed is stopped by whoever knows that', async () => {
    const pid = await leftByKilledSupervisor();
    expect(isAlive(pid)).toBe(true);
    await stopLeftCluster(join(root, 'postgres'));
    expect(isAlive(pid)).toBe(false);
    await stopLeftCluster(join(root, 'postgres'));
  });

  test('a process that ends before its server takes connections takes it along', async () => {
    const file = join(root, 'postgres/data/postmaster.pid');
    await unwrap(await open()).close();
    const script = `import { existsSync } from 'node:fs';
      import { openCluster } from '${module}';
      void openCluster({ directory: '${join(root, 'postgres')}', logDirectory: '${join(root, 'logs')}' });
      const watch = () => existsSync('${file}') ? process.exit(3) : setImmediate(watch);
      watch();`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'ignore', 'inherit'] });
    expect(await once(child, 'close')).toEqual([3, null]);
    for (let tries = 0; tries < 200 && (await readFile(file, 'utf8').catch(() => '')) !== ''; tries++) await sleep(50);
    await expect(readFile(file)).rejects.toThrow('ENOENT');
  });

  test('a server that dies is started again', async () => {
    const cluster = unwrap(await open());
    process.kill(cluster.pid(), 'SIGKILL');
    for (let attempt = 0; ; attempt++) {
      const answer = await ask(cluster.url('postgres'), 'select 1').catch(() => undefined);
      if (answer === 1) break;
      expect(attempt).toBeLessThan(100);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    await cluster.close();
  }, 20_000);

  test('a server that ends by itself while its supervisor closes is not started again to stay', async () => {
    const names = [0, 30, 60, 90, 130, 180].map((ms) => [`after-${ms}`, ms] as const);
    for (const [name, before] of names) {
      const cluster = unwrap(await open(name));
      // Whoever stops a service signals all of its processes.
      process.kill(cluster.pid(), 'SIGINT');
      await sleep(before);
      await cluster.close();
    }
    await sleep(500);
    for (const [name] of names) expect([name, await runningPostmaster(join(root, name, 'data'))]).toEqual([name, undefined]);
  }, 30_000);

  test('long paths and directories that others cannot enter work', async () => {
    const closed = join(root, 'closed');
    await mkdir(closed, { mode: 0o700 });
    const cluster = unwrap(await open(`closed/${'long-name-'.repeat(12)}`));
    expect(await ask(cluster.url('postgres'), 'select 1')).toBe(1);
    await cluster.close();
  });

  test('a directory that is not a cluster, or cannot be written to, is a clear error', async () => {
    await mkdir(join(root, 'postgres', 'data'), { recursive: true });
    await writeFile(join(root, 'postgres', 'data', 'something'), 'else');
    expect(await open()).toMatchObject({ ok: false, error: { code: 'store.damaged' } });
    await writeFile(join(root, 'file'), '');
    const refused = await openCluster({ directory: join(root, 'file', 'postgres'), logDirectory: join(root, 'logs') });
    expect(refused.ok).toBe(false);
    if (process.getuid?.() === 0) return;
    await chmod(root, 0o500);
    expect(await open('elsewhere')).toMatchObject({ ok: false, error: { code: 'store.not-writable' } });
    await chmod(root, 0o700);
  });
});
