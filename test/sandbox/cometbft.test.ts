/** The sandbox on CometBFT: every organisation is a validator and has a ledger of its own; all that people see is the same. */
import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { WellKnown } from '../../src/contract/network.ts';
import { sandboxOrganisations } from '../../src/sandbox/organisations.ts';
import { cometbftOf } from '../support/cometbft.ts';
import { run, startSandbox, temporaryDirectory, type TestSandbox } from '../support/sandbox.ts';

const json = async <T>(url: string, token?: string): Promise<T> => {
  const response = await fetch(url, token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } });
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`);
  return (await response.json()) as T;
};

describe.skipIf(cometbftOf('0.40') === undefined)('a sandbox on CometBFT', () => {
  const dataDirectory = temporaryDirectory();
  let sandbox: TestSandbox;
  const start = (engine: string): Promise<TestSandbox> => startSandbox({ dataDirectory, env: { CARELEDGER_ENGINE: engine } });
  beforeAll(async () => {
    sandbox = await start('cometbft');
  });
  afterAll(async () => {
    await sandbox.stop();
    rmSync(dataDirectory, { recursive: true, force: true });
  });

  test('is seeded, and its records are read', async () => {
    expect(await json<WellKnown>(`${sandbox.hub}/.well-known/careledger`)).toMatchObject({ engine: 'cometbft', sandbox: true });
    const token = await sandbox.token('city-hospital', 'system');
    const { total } = await json<{ total: number }>(`${sandbox.url('city-hospital')}/fhir/Patient?_total=accurate`, token);
    expect(total).toBeGreaterThan(0);
  });

  test('every organisation has the same blocks, each on a disk of its own', async () => {
    const head = await json<WellKnown>(`${sandbox.hub}/.well-known/careledger`);
    expect(head.height).toBeGreaterThan(1);
    const seen = new Set<string>();
    for (const { id } of sandboxOrganisations) {
      const own = await json<WellKnown>(`${sandbox.url(id)}/.well-known/careledger`);
      expect(own).toMatchObject({ engine: 'cometbft', chainId: head.chainId });
      const height = head.height - 1;
      const { appHash } = await json<{ appHash: string }>(`${sandbox.url(id)}/explorer/api/blocks/${height}`);
      seen.add(appHash);
      expect(await json(`${sandbox.url(id)}/readyz`)).toMatchObject({ status: 'ready' });
    }
    expect(seen.size).toBe(1);
  });

  test('another engine is refused, with what to do; without one it is the engine of before', async () => {
    const { hub } = sandbox;
    const before = await json<WellKnown>(`${hub}/.well-known/careledger`);
    expect(await sandbox.stop()).toBe(0);
    const refused = await run(['src/main.ts', '--engine', 'embedded', '--data', dataDirectory, '--port', String(sandbox.port)]);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('(sandbox.other-engine)');
    expect(refused.stderr).toContain('without --engine');
    sandbox = await start('');
    const after = await json<WellKnown>(`${sandbox.hub}/.well-known/careledger`);
    expect(after).toMatchObject({ engine: 'cometbft', chainId: before.chainId });
    expect(after.height).toBeGreaterThanOrEqual(before.height);
  });

  test('everything that is stored verifies from the disk alone', async () => {
    const { code, stdout, stderr } = await sandbox.cli('verify', '--all');
    expect(`${stdout}${stderr}`).toContain('holds  ledger');
    expect(code, stdout + stderr).toBe(0);
  });
});
