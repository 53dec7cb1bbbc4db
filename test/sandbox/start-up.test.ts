/** Starting: again on the same data, and every way in which it may be refused. */
import { createHash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
  writeSync,
  closeSync,
} from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freeBasePort, run, startSandbox, temporaryDirectory } from '../support/sandbox.ts';

const main = path.join(import.meta.dirname, '../../src/main.ts');
const folder = temporaryDirectory();
/** A stopped network, copied for each test that breaks something. */
const whole = path.join(folder, 'whole');
let copies = 0;

/** `cpSync` leaves owners behind: PostgreSQL's files must be PostgreSQL's again. */
const copyAsIs = async (): Promise<string> => {
  const target = path.join(folder, `copy-${copies++}`);
  const { code, stderr } = await runProgram('cp', ['-a', whole, target]);
  if (code !== 0) throw new Error(stderr);
  return target;
};

async function runProgram(program: string, args: readonly string[]): Promise<{ code: number; stderr: string }> {
  const { spawn } = await import('node:child_process');
  const { once } = await import('node:events');
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code: code ?? 1, stderr };
}

async function refused(dataDirectory: string, port?: number): Promise<{ code: number; stderr: string; error: string | undefined }> {
  const at = port ?? (await freeBasePort());
  const { code, stdout, stderr } = await run([main], {
    CARELEDGER_DATA: dataDirectory,
    CARELEDGER_PORT: String(at),
    CARELEDGER_PEOPLE: '0',
    DATABASE_URL: '',
  });
  expect(stdout).not.toContain('ready');
  expect(stderr, 'words, not a stack trace').not.toMatch(/^\s+at .+:\d+:\d+\)?$/m);
  return { code, stderr, error: /\(([a-z]+\.[a-z-]+)\)\s*$/.exec(stderr)?.[1] };
}

const digest = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('hex');

beforeAll(async () => {
  const sandbox = await startSandbox({ dataDirectory: whole, people: 4 });
  await sandbox.stop();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('starting', () => {
  test('again on the same data is quick, keeps the network, and prints one ready line', async () => {
    const dataDirectory = await copyAsIs();
    const from = performance.now();
    const sandbox = await startSandbox({ dataDirectory, people: 4 });
    const seconds = (performance.now() - from) / 1000;
    const token = await sandbox.token('city-hospital', 'system');
    const patients = (await (
      await fetch(`${sandbox.url('city-hospital')}/fhir/Patient?_summary=count`, { headers: { authorization: `Bearer ${token}` } })
    ).json()) as { total: number };
    expect(patients.total).toBeGreaterThan(0);
    expect(sandbox.output().match(/Careledger is ready: /g)).toHaveLength(1);
    expect(existsSync(path.join(dataDirectory, 'sandbox.json'))).toBe(true);
    expect(await sandbox.stop()).toBe(0);
    expect(existsSync(path.join(dataDirectory, 'sandbox.json'))).toBe(false);
    expect(existsSync(path.join(dataDirectory, 'postgres/data/postmaster.pid'))).toBe(false);
    // The goal is 5 s on an idle machine; tests share theirs.
    expect(seconds).toBeLessThan(15);
  });

  test('lists five organisations, each answering at its own address', async () => {
    await using sandbox = await startSandbox({ people: 0 });
    const hub = (await (await fetch(`${sandbox.hub}/.well-known/careledger`)).json()) as {
      organisations: readonly { id: string; url: string; kind: string }[];
    };
    expect(hub.organisations.map(({ kind }) => kind).toSorted()).toEqual(['clinic', 'hospital', 'hospital', 'insurer', 'regulator']);
    for (const { id, url } of hub.organisations) {
      const own = (await (await fetch(`${url}/.well-known/careledger`)).json()) as {
        organisation: { id: string };
        interfaces: Record<string, string>;
      };
      expect(own.organisation.id).toBe(id);
      expect(own.interfaces['fhir']).toBe(`${url}/fhir`);
    }
  });
});

describe('is refused with a code, in words, and with nothing changed', () => {
  test('when a port is in use: the message names it', async () => {
    const port = await freeBasePort();
    const server = net.createServer().listen(port + 3, '127.0.0.1');
    const dataDirectory = await copyAsIs();
    const { code, stderr, error } = await refused(dataDirectory, port);
    server.close();
    expect({ code, error }).toEqual({ code: 1, error: 'sandbox.port-in-use' });
    expect(stderr).toContain(`Port ${port + 3} is in use`);
    expect(stderr).toContain('--port');
    expect(existsSync(path.join(dataDirectory, 'postgres/data/postmaster.pid'))).toBe(false);
  });

  test('when another process has the data directory: the running one is not disturbed', async () => {
    await using sandbox = await startSandbox({ people: 0 });
    const { error, stderr } = await refused(sandbox.dataDirectory);
    expect(error).toBe('sandbox.data-in-use');
    expect(stderr).toContain(String(sandbox.pid));
    expect((await fetch(`${sandbox.hub}/readyz`)).ok).toBe(true);
  });

  test('when a block in the middle of the ledger is damaged', async () => {
    const dataDirectory = await copyAsIs();
    const file = path.join(dataDirectory, 'ledger/blocks.clg');
    const bytes = readFileSync(file);
    bytes[Math.floor(bytes.length / 2)]! ^= 0x10;
    writeFileSync(file, bytes);
    const before = digest(file);
    // Without its index the ledger has to read every block.
    rmSync(path.join(dataDirectory, 'ledger/index'), { recursive: true });
    const { error, stderr } = await refused(dataDirectory);
    expect(error).toMatch(/^engine\./);
    expect(stderr).toMatch(/\d+/);
    expect(digest(file)).toBe(before);
  });

  test('when the end of the ledger is missing', async () => {
    const dataDirectory = await copyAsIs();
    const file = path.join(dataDirectory, 'ledger/blocks.clg');
    truncateSync(file, Math.floor(readFileSync(file).length * 0.6));
    expect((await refused(dataDirectory)).error).toMatch(/^engine\./);
  });

  test('when the database cluster is damaged', async () => {
    const dataDirectory = await copyAsIs();
    const control = path.join(dataDirectory, 'postgres/data/global/pg_control');
    const handle = openSync(control, 'r+');
    writeSync(handle, Buffer.alloc(64, 0xff), 0, 64, 0);
    closeSync(handle);
    expect((await refused(dataDirectory)).error).toMatch(/^store\./);
  });

  test('when a root key is not one, or readable by others', async () => {
    const dataDirectory = await copyAsIs();
    const key = path.join(dataDirectory, 'keys/st-marys/root.key');
    const kept = path.join(dataDirectory, 'kept');
    copyFileSync(key, kept);
    writeFileSync(key, 'short');
    expect((await refused(dataDirectory)).error).toBe('vault.no-root-key');
    copyFileSync(kept, key);
    chmodSync(key, 0o644);
    expect((await refused(dataDirectory)).error).toBe('vault.no-root-key');
  });

  test('when a root key or the ledger is missing: neither is made anew', async () => {
    const dataDirectory = await copyAsIs();
    const key = path.join(dataDirectory, 'keys/st-marys/root.key');
    rmSync(key);
    const keyless = await refused(dataDirectory);
    expect(keyless.error).toBe('sandbox.data-damaged');
    expect(keyless.stderr).toContain(key);
    expect(existsSync(key)).toBe(false);
    copyFileSync(path.join(whole, 'keys/st-marys/root.key'), key);
    chmodSync(key, 0o600);
    const blocks = path.join(dataDirectory, 'ledger/blocks.clg');
    rmSync(blocks);
    expect((await refused(dataDirectory)).error).toBe('sandbox.data-damaged');
    expect(existsSync(blocks)).toBe(false);
  });

  test('when a port is in use, before anything is made in a new directory', async () => {
    const port = await freeBasePort();
    const server = net.createServer().listen(port + 1005, '127.0.0.1');
    const dataDirectory = path.join(folder, 'new');
    const { stderr, error } = await refused(dataDirectory, port);
    server.close();
    expect(error).toBe('sandbox.port-in-use');
    expect(stderr).toContain(`Port ${port + 1005} is in use`);
    expect(readdirSync(dataDirectory)).toEqual(['careledger.json']);
  });

  test('when an option makes no sense', async () => {
    for (const args of [
      ['--port', 'eighty'],
      ['--port', '70000'],
      ['--people', '-1'],
      ['--colour', 'blue'],
    ]) {
      const { code, stderr } = await run([main, ...args], { CARELEDGER_DATA: path.join(folder, 'never-made') });
      expect(code).toBe(1);
      expect(stderr).toContain('(sandbox.option)');
    }
    expect(readdirSync(folder)).not.toContain('never-made');
  });
});
