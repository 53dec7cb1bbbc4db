/** A fifth organisation joins four: its node begins with a snapshot that it has verified from the genesis, then the members make it a validator. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LedgerStatus } from '../../src/organisation/ledger-status.ts';
import { cometbftOf } from '../support/cometbft.ts';
import { freeBasePort, newNetwork, type TestNetwork } from '../support/network.ts';

describe.skipIf(cometbftOf('0.40') === undefined)('a fifth organisation', () => {
  let network: TestNetwork;
  let home: string;
  let url: string;
  beforeAll(async () => {
    network = await newNetwork();
    for (const id of network.ids) {
      const file = path.join(network.home(id), 'careledger.json');
      writeFileSync(file, JSON.stringify({ ...(JSON.parse(readFileSync(file, 'utf8')) as object), snapshotEvery: 5 }));
    }
    await network.up();
    home = path.join(network.directory, 'e');
  });
  afterAll(() => network[Symbol.asyncDispose]());

  const status = async (): Promise<LedgerStatus> => (await (await fetch(`${url}/organisation/api/status`)).json()) as LedgerStatus;
  const governance = async (as: string, ...args: readonly string[]): Promise<{ readonly number: number }> => {
    const { code, stdout, stderr } = await network.cli('governance', ...args, '--home', network.home(as), '--json');
    expect({ code, stderr }, stdout).toMatchObject({ code: 0 });
    return JSON.parse(stdout) as { number: number };
  };
  const decide = async (...action: readonly string[]): Promise<void> => {
    const { number } = await governance('a', 'propose', ...action);
    for (const id of ['b', 'c']) await governance(id, 'vote', String(number), 'approve');
  };

  test('is refused a home with a genesis that is not the one it was told', async () => {
    const { url: from } = await network.validator('a');
    const wrong = ['--genesis-hash', 'ab'.repeat(32)];
    const { code, stderr } = await network.cli('network', 'join', '--home', home, '--organisation', 'e', '--from', from, ...wrong);
    expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining('(organisation.no-introduction)') });
  });

  test('begins with a snapshot, and has the same ledger from then on', async () => {
    for (let round = 0; round < 8; round++) await network.submit('a', 3);
    const { height } = await network.agreed();
    expect(height).toBeGreaterThan(7);
    const { url: from } = await network.validator('a');
    const port = await freeBasePort(1);
    const made = await network.cli(
      'network',
      'join',
      '--home',
      home,
      '--organisation',
      'e',
      '--from',
      from,
      '--port',
      `${port}`,
      '--ledger-only',
      '--json',
    );
    expect(made.stderr).toBe('');
    url = (JSON.parse(made.stdout) as { url: string }).url;
    await network.startHome(home, '--from-snapshot');
    const later = Math.max(...(await network.submit('b', 2)));
    for (let tries = 0; (await status()).height < later; tries++) {
      expect(tries, JSON.stringify(await status())).toBeLessThan(300);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    const block = async (node: string, at: number) => fetch(`${node}/explorer/api/blocks/${at}`);
    const appHash = async (node: string) => ((await (await block(node, later)).json()) as { appHash: string }).appHash;
    expect(await appHash(url)).toBe(await appHash(from));
    // What was before the snapshot is not here: it did not execute every block.
    const transactions = async (node: string) => ((await (await block(node, 1)).json()) as { list?: unknown[] }).list ?? [];
    expect(await transactions(from)).not.toEqual([]);
    expect(await transactions(url)).toEqual([]);
    expect(network.output()).toContain('The ledger is here from a snapshot');
  });

  test('is admitted and becomes a validator; the network goes on with four of five', async () => {
    const keys = await network.cli('governance', 'keys', '--home', home, '--json');
    expect(keys.code, keys.stderr).toBe(0);
    const file = path.join(network.directory, 'e.json');
    writeFileSync(file, keys.stdout);
    await decide('admit', file);
    await decide('validator', 'e', '--power', '10', '--key', (JSON.parse(keys.stdout) as { validatorKey: string }).validatorKey);
    for (let tries = 0; !(await status()).engine.validators.some(({ organisation }) => organisation === 'e'); tries++) {
      expect(tries).toBeLessThan(300);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    const { pid } = await network.validator('d');
    process.kill(pid!, 'SIGSTOP');
    const { enginePid } = (await network.status()).validators[3]!;
    expect(enginePid).toBeNull();
    await network.submit('a', 2);
    // Those who do not have e among their peers in their settings count it all the same: it is connected to them.
    expect((await network.status()).validators.slice(0, 3).map(({ problem }) => problem)).toEqual([null, null, null]);
    process.kill(pid!, 'SIGCONT');
    const { validators, failure } = (await status()).engine;
    expect(validators.map(({ organisation, power }) => [organisation, power])).toContainEqual(['e', 10]);
    expect(failure).toBeUndefined();
  });
});
