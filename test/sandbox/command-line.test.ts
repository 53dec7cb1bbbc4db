/** The `careledger` command: every command helps, answers in JSON, says what is wrong, and its exit code is true. */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { unanswered } from '../support/dashboard.ts';
import { careledger, run, startSandbox, temporaryDirectory, type TestSandbox } from '../support/sandbox.ts';

const folder = temporaryDirectory();
const root = path.join(import.meta.dirname, '../..');
const names = [
  'start',
  'status',
  'token',
  'import',
  'receipt',
  'trust',
  'verify',
  'witness',
  'heal',
  'governance',
  'network create',
  'network join',
  'network up',
  'network status',
  'node start',
  'ledger export',
  'ledger import',
  'ledger prune',
  'attack',
];

let sandbox: TestSandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ people: 4 });
});
afterAll(async () => {
  await sandbox?.[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

const codeIn = (stderr: string): string | undefined => /\(([a-z]+\.[a-z-]+)\)/.exec(stderr)?.[1];

describe('help and errors', () => {
  test('lists every command', async () => {
    const { code, stdout } = await careledger(['--help']);
    expect(code).toBe(0);
    for (const name of names) expect(stdout).toMatch(new RegExp(`^  ${name} `, 'm'));
    const json = JSON.parse((await careledger(['--help', '--json'])).stdout) as Record<string, string>;
    expect(Object.keys(json).toSorted()).toEqual(names.toSorted());
  });

  test.each(names)('%s --help shows usage, options and examples', async (name) => {
    const { code, stdout } = await careledger([...name.split(' '), '--help']);
    expect(code).toBe(0);
    expect(stdout).toContain(`Usage: careledger ${name}`);
    expect(stdout).toContain('--json');
    expect(stdout).toContain(`npx careledger ${name}`);
  });

  test.each([
    [['colour'], 'cli.usage', 2],
    [['verify'], 'cli.usage', 2],
    [['status', 'everything'], 'cli.usage', 2],
    [['verify', '--all', 'receipt.cbor'], 'cli.usage', 2],
    [['token', '--role', 'clinician'], 'cli.usage', 2],
    [['token', '--org', 'city-hospital', '--role', 'king'], 'cli.usage', 2],
    [['token', '--org', 'nowhere', '--role', 'clinician'], 'sandbox.no-organisation', 1],
    [['token', '--org', 'city-hospital', '--role', 'patient'], 'access.claims', 1],
    [['import', '--org', 'city-hospital'], 'cli.usage', 2],
    [['import', 'no-such-file.json', '--org', 'city-hospital'], 'cli.no-file', 1],
    [['attack', 'earthquake', '--org', 'city-hospital'], 'sandbox.no-attack', 1],
    [['heal', '--org', 'nowhere'], 'cli.usage', 2],
    [['governance'], 'cli.usage', 2],
    [['governance', 'propose', 'anarchy', '--org', 'city-hospital'], 'cli.usage', 2],
    [['governance', 'propose', 'suspend', 'No such name!', '--org', 'city-hospital'], 'cli.usage', 2],
    [['governance', 'propose', 'admit', 'no-such.json', '--org', 'city-hospital'], 'cli.no-file', 1],
    [['governance', 'propose', 'policy', 'numerator=a', '--org', 'city-hospital'], 'cli.usage', 2],
    [['governance', 'propose', 'policy', 'king=me', '--org', 'city-hospital'], 'cli.usage', 2],
    [['governance', 'vote', '99', 'approve', '--org', 'city-hospital'], 'ledger.unknown-proposal', 1],
    [['governance', 'vote', '1', 'perhaps', '--org', 'city-hospital'], 'cli.usage', 2],
    [['governance', 'show', '99'], 'gateway.not-found', 1],
    [['governance', 'leave', '--org', 'city-hospital'], 'cli.usage', 2],
    [['receipt', 'nonsense', '--org', 'city-hospital', '--out', 'x'], 'cli.usage', 2],
    [['verify', 'no-such.cbor'], 'cli.no-file', 1],
    [['verify', '--all', '--data', '/nonexistent'], 'cli.no-data', 1],
  ])('%j ends with %s', async (args, error, exit) => {
    const plain = await sandbox.cli(...args);
    expect({ code: plain.code, error: codeIn(plain.stderr) }).toEqual({ code: exit, error });
    expect(plain.stdout).toBe('');
    const json = await sandbox.cli(...args, '--json');
    expect((JSON.parse(json.stdout) as { error: { code: string } }).error.code).toBe(error);
    expect(json.code).toBe(exit);
  });
});

describe('with a running sandbox', () => {
  test('the hub answers under the names of this machine only', async () => {
    const { port } = new URL(sandbox.hub);
    const status = (host: string): Promise<number> =>
      new Promise((resolve, reject) => {
        http
          .get({ host: '127.0.0.1', port, path: '/hub/api/personas', headers: { host } }, (answer) => resolve(answer.resume().statusCode!))
          .on('error', reject);
      });
    expect(await status(`127.0.0.1:${port}`)).toBe(200);
    expect(await status(`localhost:${port}`)).toBe(200);
    expect(await status(`rebound.example:${port}`)).toBe(421);
  });

  test('status knows everybody', async () => {
    const { code, stdout } = await sandbox.cli('status', '--json');
    expect(code).toBe(0);
    expect((JSON.parse(stdout) as { organisations: unknown[] }).organisations).toHaveLength(5);
  });

  test('a node tells what the dashboard and the alert rules ask for', async () => {
    const text = await (await fetch(`${sandbox.url('city-hospital')}/metrics`)).text();
    // One node that decides alone has no peers, and runs no process for the ledger.
    expect(unanswered(text, ['careledger_peer_height', 'careledger_process_restarts'])).toEqual([]);
  });

  test('token prints a token and nothing else; it is good at its organisation and nowhere else', async () => {
    const { stdout } = await sandbox.cli('token', '--org', 'city-hospital', '--role', 'clinician');
    expect(stdout).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/);
    const status = async (organisation: string): Promise<number> =>
      (await fetch(`${sandbox.url(organisation)}/fhir/Patient`, { headers: { authorization: `Bearer ${stdout.trim()}` } })).status;
    expect(await status('city-hospital')).toBe(200);
    expect(await status('st-marys')).toBe(401);
    const narrow = await sandbox.cli('token', '--org', 'city-hospital', '--role', 'system', '--scope', 'system/Observation.rs');
    expect(
      (await fetch(`${sandbox.url('city-hospital')}/fhir/Patient`, { headers: { authorization: `Bearer ${narrow.stdout.trim()}` } })).status,
    ).toBe(403);
  });

  test('a receipt checks offline, with nothing running and nothing but the genesis; a changed byte anywhere is noticed', async () => {
    const token = await sandbox.token('st-marys', 'system');
    const created = await fetch(`${sandbox.url('st-marys')}/fhir/Patient`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/fhir+json' },
      body: JSON.stringify({ resourceType: 'Patient', name: [{ family: 'Receipt' }] }),
    });
    const { id } = (await created.json()) as { id: string };
    const [receipt, content, genesis] = ['r.cbor', 'c.json', 'g.json'].map((name) => path.join(folder, name)) as [string, string, string];
    const saved = await sandbox.cli('receipt', `Patient/${id}`, '--org', 'st-marys', '--out', receipt, '--content', content, '--genesis', genesis);
    expect(saved.code, saved.stderr).toBe(0);
    expect(readFileSync(receipt).length).toBeLessThan(2500);
    const elsewhere = ['--data', path.join(folder, 'nothing')];
    expect((await careledger(['verify', receipt, '--content', content, '--trust', genesis, ...elsewhere])).code).toBe(0);
    const untrusted = await careledger(['verify', receipt, ...elsewhere]);
    expect({ code: untrusted.code, error: codeIn(untrusted.stderr) }).toEqual({ code: 1, error: 'cli.no-trust' });
    for (const [file, at] of [
      [receipt, 20],
      [receipt, -5],
      [content, 30],
    ] as const) {
      const bytes = readFileSync(file);
      const changed = Buffer.from(bytes);
      changed[at < 0 ? bytes.length + at : at]! ^= 1;
      const other = path.join(folder, 'changed');
      writeFileSync(other, changed);
      const { code } = await careledger([
        'verify',
        file === receipt ? other : receipt,
        '--content',
        file === content ? other : content,
        '--trust',
        genesis,
        ...elsewhere,
      ]);
      expect(code, `${path.basename(file)} byte ${at}`).toBe(1);
    }
    const otherGenesis = { ...(JSON.parse(readFileSync(genesis, 'utf8')) as object), nodeKey: '11'.repeat(32) };
    writeFileSync(path.join(folder, 'og.json'), JSON.stringify(otherGenesis));
    expect((await careledger(['verify', receipt, '--trust', path.join(folder, 'og.json'), ...elsewhere])).code).toBe(1);
  });

  test('that a grant is not open, an operation of a transaction, and the trust bundle check offline too', async () => {
    const [absent, operation, bundle, genesis] = ['absent.cbor', 'operation.cbor', 'trust.cbor', 'genesis.json'].map((name) =>
      path.join(folder, name),
    ) as [string, string, string, string];
    expect((await sandbox.cli('trust', '--out', bundle)).code).toBe(0);
    writeFileSync(genesis, await (await fetch(`${sandbox.hub}/explorer/api/genesis`)).text());
    const said = await sandbox.cli('receipt', '--grant', 'ab'.repeat(32), '--height', '1', '--out', absent);
    expect(said.stdout).toContain('was not open at block 1');
    const { blocks } = (await (await fetch(`${sandbox.hub}/explorer/api/blocks?limit=1`)).json()) as { blocks: { height: number }[] };
    const { list } = (await (await fetch(`${sandbox.hub}/explorer/api/blocks/${blocks[0]!.height}`)).json()) as { list: { hash: string }[] };
    expect((await sandbox.cli('receipt', '--transaction', list[0]!.hash, '--operation', '1', '--out', operation)).code).toBe(0);

    const elsewhere = ['--data', path.join(folder, 'nothing')];
    const verify = (...args: string[]) => careledger(['verify', ...args, ...elsewhere, '--json']);
    const files = [absent, operation, bundle];
    for (const trust of [
      ['--trust', genesis],
      ['--trust', bundle],
      ['--trust', genesis, '--bundle', bundle],
    ]) {
      const { code, stdout } = await verify(...files, ...trust);
      expect(code, stdout).toBe(0);
      const { receipts } = JSON.parse(stdout) as { receipts: { kind: string; verdict: string }[] };
      expect(receipts.map(({ kind, verdict }) => `${kind} ${verdict}`)).toEqual([
        'state-receipt held',
        'transaction-receipt held',
        'trust-bundle held',
      ]);
    }
    const changed = readFileSync(absent);
    changed[changed.length - 20]! ^= 1;
    writeFileSync(path.join(folder, 'changed.cbor'), changed);
    expect((await verify(path.join(folder, 'changed.cbor'), '--trust', genesis)).code).toBe(1);
    expect((await sandbox.cli('receipt', '--grant', 'ab', '--out', absent)).code).toBe(2);
    expect((await sandbox.cli('receipt', '--key', 'members', '--height', '999999', '--out', absent)).code).toBe(1);
  });

  test('verify --all holds while it runs and after it has stopped, and tells the running node', async () => {
    const running = await sandbox.cli('verify', '--all');
    expect(running.code, running.stdout).toBe(0);
    for (const name of [
      'City Hospital',
      "St Mary's Hospital",
      'Northside Clinic',
      'Meridian Health Insurance',
      'Medicines and Health Data Authority',
    ])
      expect(running.stdout).toContain(`holds  ${name}`);
    const status = JSON.parse((await sandbox.cli('status', '--json')).stdout) as { organisations: readonly { healthText: string }[] };
    for (const { healthText } of status.organisations) expect(healthText).toMatch(/^All [\d,]+ entries verified/);
    await sandbox.stop();
    const stopped = await sandbox.cli('verify', '--all');
    expect(stopped.code, stopped.stdout).toBe(0);
    expect(existsSync(path.join(sandbox.dataDirectory, 'postgres/data/postmaster.pid'))).toBe(false);
    expect(codeIn((await sandbox.cli('status')).stderr)).toBe('cli.not-running');
  });
});

test('the command in bin/ hands over, with its exit code', async () => {
  const { code, stderr } = await run([path.join(root, 'bin/careledger.mjs'), 'colour']);
  expect(code).toBe(2);
  expect(stderr).toContain('There is no command "colour"');
});
