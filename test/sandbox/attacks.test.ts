/** Every named attack on a running sandbox is noticed by the command line, located, and shown by the portal; what can heal heals. */
import { rmSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Finding, HealReport, NetworkOverview, VerificationReport } from '../../src/contract/network.ts';
import { attacks } from '../../src/sandbox/attacks.ts';
import { startSandbox, temporaryDirectory, type TestSandbox } from '../support/sandbox.ts';

const ORGANISATION = 'city-hospital';

interface Verified {
  readonly holds: boolean;
  readonly ledger: { readonly holds: boolean; readonly findings: readonly { readonly height?: number; readonly message: string }[] };
  readonly organisations: readonly VerificationReport[];
}

async function verify(sandbox: TestSandbox): Promise<Verified & { readonly code: number; readonly findings: readonly Finding[] }> {
  const { code, stdout, stderr } = await sandbox.cli('verify', '--all', '--org', ORGANISATION, '--json');
  expect(stdout, stderr).not.toBe('');
  const report = JSON.parse(stdout) as Verified;
  expect(code, 'the exit code says what the report says').toBe(report.holds ? 0 : 1);
  return { ...report, code, findings: report.organisations.flatMap(({ findings }) => findings) };
}

const healthOf = async (sandbox: TestSandbox): Promise<string> => {
  const overview = (await (await fetch(`${sandbox.hub}/hub/api/network`)).json()) as NetworkOverview;
  return overview.organisations.find(({ id }) => id === ORGANISATION)!.health;
};

const attack = async (sandbox: TestSandbox, name: string): Promise<string> => {
  const { code, stdout, stderr } = await sandbox.cli('attack', name, '--org', ORGANISATION);
  expect(code, stderr).toBe(0);
  return stdout;
};

const heal = async (sandbox: TestSandbox): Promise<HealReport> => {
  const { stdout, stderr } = await sandbox.cli('heal', '--org', ORGANISATION, '--json');
  expect(stdout, stderr).not.toBe('');
  return JSON.parse(stdout) as HealReport;
};

const folder = temporaryDirectory();
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('attacks that heal', () => {
  let sandbox: TestSandbox;
  beforeAll(async () => {
    sandbox = await startSandbox({ dataDirectory: path.join(folder, 'healing'), people: 8 });
  });
  afterAll(() => sandbox?.stop());

  test('before any attack everything holds', async () => {
    expect((await verify(sandbox)).findings).toEqual([]);
    expect(await healthOf(sandbox)).toBe('well');
  });

  test.each(['flip-record', 'edit-sql'])('%s: noticed, located, shown, and brought back byte for byte from the copy at the clinic', async (name) => {
    const did = await attack(sandbox, name);
    const entry = /entry (\d+)/.exec(did)![1]!;
    const noticed = await verify(sandbox);
    expect(noticed.holds).toBe(false);
    expect(noticed.findings.map(({ where }) => where)).toContain(`entry ${entry}`);
    expect(await healthOf(sandbox)).toBe('harm');
    const healed = await heal(sandbox);
    expect(healed.failed).toEqual([]);
    expect(healed.healed.map(({ from }) => from)).toContain('Northside Clinic');
    expect(healed.after.holds).toBe(true);
    expect((await verify(sandbox)).findings).toEqual([]);
    expect(await healthOf(sandbox)).toBe('well');

    // The record and the copy are the same bytes again, and the receipt made afterwards is about them.
    const record = healed.healed.find(({ record: name }) => name !== undefined)!.record!;
    const [receipt, content, genesis] = ['receipt.cbor', 'content.json', 'genesis.json'].map((file) => path.join(folder, `${name}-${file}`)) as [
      string,
      string,
      string,
    ];
    const saved = await sandbox.cli('receipt', record, '--org', ORGANISATION, '--out', receipt, '--content', content, '--genesis', genesis);
    expect(saved.code, saved.stderr).toBe(0);
    expect((await sandbox.cli('verify', receipt, '--content', content, '--trust', genesis)).code).toBe(0);
  });

  test('flip-index: noticed, located and rebuilt without anybody else', async () => {
    const did = await attack(sandbox, 'flip-index');
    const noticed = await verify(sandbox);
    expect(noticed.findings.map(({ where }) => where).join()).toContain(`record ${/record (\d+)/.exec(did)![1]!}`);
    const healed = await heal(sandbox);
    expect(healed.failed).toEqual([]);
    expect(healed.after.holds).toBe(true);
  });

  test('flip-audit: noticed and located; an entry of the access log has no copy, and heal says so', async () => {
    const did = await attack(sandbox, 'flip-audit');
    const noticed = await verify(sandbox);
    expect(noticed.findings.map(({ where }) => where)).toContain(`entry ${/entry (\d+)/.exec(did)![1]!}`);
    const healed = await heal(sandbox);
    expect(healed.failed.length).toBe(1);
    expect(healed.after.holds).toBe(false);
  });
});

describe('attacks on the whole', () => {
  test.each(['truncate-log', 'rollback'])('%s: noticed, with the size that the ledger knows', async (name) => {
    await using sandbox = await startSandbox({ people: 4 });
    expect((await verify(sandbox)).holds).toBe(true);
    await attack(sandbox, name);
    const noticed = await verify(sandbox);
    expect(noticed.holds).toBe(false);
    expect(noticed.ledger.holds).toBe(true);
    expect(noticed.findings.length).toBeGreaterThan(0);
    expect(noticed.findings.every(({ where }) => /\d/.test(where))).toBe(true);
    expect(await healthOf(sandbox)).toBe('harm');
  });

  test('flip-block: noticed at its height, also when nothing is running any more', async () => {
    const dataDirectory = path.join(folder, 'block');
    const sandbox = await startSandbox({ dataDirectory, people: 0, anchorIntervalMs: 100 });
    await new Promise((resolve) => setTimeout(resolve, 1500));
    await attack(sandbox, 'flip-block');
    const noticed = await verify(sandbox);
    expect(noticed.ledger.holds).toBe(false);
    const [finding] = noticed.ledger.findings;
    expect(finding!.height).toBeGreaterThan(0);
    await sandbox.stop();
    const later = await verify(sandbox);
    expect(later.ledger.findings[0]!.height).toBe(finding!.height);
  });

  test('an attack needs a sandbox, a name and an organisation', async () => {
    const { careledger } = await import('../support/sandbox.ts');
    const none = await careledger(['attack', 'flip-record', '--org', ORGANISATION, '--data', path.join(folder, 'nothing')]);
    expect({ code: none.code, error: /\(([a-z.-]+)\)/.exec(none.stderr)?.[1] }).toEqual({ code: 1, error: 'cli.not-running' });
    const list = await careledger(['attack', '--list', '--json']);
    expect((JSON.parse(list.stdout) as { attacks: unknown[] }).attacks.length).toBe(attacks.length);
  });
});
