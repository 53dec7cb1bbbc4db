/** Organisations with records: two full nodes, each with an engine and a PostgreSQL of its own, on one ledger of two validators. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cometbftOf } from '../support/cometbft.ts';
import { unanswered } from '../support/dashboard.ts';
import { newNetwork, type TestNetwork } from '../support/network.ts';

describe.skipIf(cometbftOf('0.40') === undefined)('two organisations with records', () => {
  let network: TestNetwork;
  beforeAll(async () => {
    network = await newNetwork(['north', 'south'], { ledgerOnly: false });
    await network.up();
  });
  afterAll(() => network[Symbol.asyncDispose]());

  const token = async (id: string, role: string): Promise<string> => {
    const { code, stdout, stderr } = await network.cli('token', '--home', network.home(id), '--role', role);
    expect(code, stderr).toBe(0);
    return stdout.trim();
  };

  test('keep records, and anchor them on the ledger that both have', async () => {
    const { url } = await network.validator('north');
    const headers = { authorization: `Bearer ${await token('north', 'system')}`, 'content-type': 'application/fhir+json' };
    const body = JSON.stringify({ resourceType: 'Patient', id: 'first', name: [{ family: 'Example' }] });
    const created = await fetch(`${url}/fhir/Patient/first`, { method: 'PUT', headers, body });
    expect(created.status).toBe(201);
    const { height } = await network.status();
    await network.until('both anchored once more', (status) => status.validators.every((one) => one.height !== null && one.height > height + 2));
    expect(await (await fetch(`${url}/fhir/Patient/first`, { headers })).json()).toMatchObject({ name: [{ family: 'Example' }] });
    const receipt = await fetch(`${url}/node/api/records/Patient/first/1/receipt`, { headers });
    expect(receipt.status).toBe(200);
  });

  test('are filled, healed and asked for receipts from their homes; the other home is enough to check them', async () => {
    const at = (name: string): string => join(network.directory, name);
    const run = async (...args: readonly string[]): Promise<string> => {
      const { code, stdout, stderr } = await network.cli(...args);
      expect({ code, stderr }, stdout).toMatchObject({ code: 0 });
      return stdout;
    };
    const resource = { resourceType: 'Patient', id: 'second', name: [{ family: 'Other' }] };
    const entry = [{ resource, request: { method: 'PUT', url: 'Patient/second' } }];
    writeFileSync(at('bundle.json'), JSON.stringify({ resourceType: 'Bundle', type: 'transaction', entry }));
    expect(await run('import', at('bundle.json'), '--home', network.home('north'))).toContain('1 files imported into The north');
    await run('receipt', 'Patient/second', '--home', network.home('north'), '--out', at('receipt.cbor'), '--content', at('content.json'));
    await run('trust', '--home', network.home('south'), '--out', at('trust.bundle'));
    const genesis = join(network.home('south'), 'genesis.cbor');
    const check = ['--trust', genesis, '--bundle', at('trust.bundle'), '--content', at('content.json')];
    await run('verify', at('receipt.cbor'), ...check);
    writeFileSync(at('content.json'), readFileSync(at('content.json'), 'utf8').replace('Other', 'Owner'));
    expect((await network.cli('verify', at('receipt.cbor'), ...check)).code).toBe(1);
    expect(await run('heal', '--home', network.home('north'))).toContain('Everything holds now');
    const twice = await network.cli('heal', '--home', network.home('north'), '--org', 'north');
    expect(twice.stderr).toContain('(cli.usage)');
  });

  test('tell everything that the dashboard and the alert rules ask for', async () => {
    const { url } = await network.validator('north');
    const text = await (await fetch(`${url}/metrics`)).text();
    expect(unanswered(text)).toEqual([]);
    // A measure or label that goes missing is noticed.
    expect(unanswered(text.replaceAll('careledger_peer_height', 'careledger_peer_size'))).toHaveLength(1);
    expect(unanswered(text.replaceAll('{peer="', '{name="'))).toHaveLength(1);
    expect(unanswered(text.replaceAll('code="disk-low"', 'code="disk-full"'))).toHaveLength(1);
  });

  test('one is killed with all it has, and comes back with its records', async () => {
    const { url, pid } = await network.validator('north');
    process.kill(pid!, 'SIGKILL');
    await network.until('it is down', ({ validators }) => !validators[0]!.up);
    const { why } = await network.status();
    expect(why).toBe('No blocks can be made: north missing.');
    await network.until('both are up', ({ holds, validators }) => holds && validators.every(({ up, problem }) => up && problem === null));
    const headers = { authorization: `Bearer ${await token('north', 'system')}` };
    expect((await fetch(`${url}/fhir/Patient/first`, { headers })).status).toBe(200);
  });

  test('tokens come from homes for trial only', async () => {
    const path = join(network.home('south'), 'careledger.json');
    const file = JSON.parse(readFileSync(path, 'utf8')) as { trial: boolean };
    writeFileSync(path, JSON.stringify({ ...file, trial: false }));
    const { code, stderr } = await network.cli('token', '--home', network.home('south'), '--role', 'system');
    expect(code).toBe(1);
    expect(stderr).toContain('(organisation.no-trial)');
  });
});
