/** Organisations with records: two full nodes, each with an engine and a PostgreSQL of its own, on one ledger of two validators. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import https from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cometbftOf } from '../support/cometbft.ts';
import { unanswered } from '../support/dashboard.ts';
import { freeBasePort, newNetwork, type TestNetwork } from '../support/network.ts';
import { testAuthority } from '../support/tls.ts';

describe.skipIf(cometbftOf('0.40') === undefined)('two organisations with records', () => {
  const authority = testAuthority();
  const trust = join(tmpdir(), `careledger-authority-${process.pid}.pem`);
  const before = process.env['NODE_EXTRA_CA_CERTS'];
  let network: TestNetwork;
  let secure: string;
  beforeAll(async () => {
    // The south has TLS, the north none; what runs here believes the authority of the certificate.
    writeFileSync(trust, authority.certificate);
    process.env['NODE_EXTRA_CA_CERTS'] = trust;
    const basePort = await freeBasePort(2);
    secure = `https://127.0.0.1:${basePort + 1}`;
    const urls: Readonly<Record<string, object>> = { north: {}, south: { url: secure } };
    const organisations = ['north', 'south'].map((id) => ({ id, name: `The ${id}`, kind: 'hospital', host: '127.0.0.1', ...urls[id] }) as const);
    network = await newNetwork(['north', 'south'], { ledgerOnly: false, organisations, basePort });
    const path = join(network.home('south'), 'careledger.json');
    authority.files(network.home('south'), 'tls', ['127.0.0.1']);
    const tls = { certificate: 'tls.crt', key: 'tls.key' };
    writeFileSync(path, JSON.stringify({ ...(JSON.parse(readFileSync(path, 'utf8')) as object), tls }));
    await network.up();
  });
  afterAll(async () => {
    await network[Symbol.asyncDispose]();
    rmSync(trust, { force: true });
    if (before === undefined) delete process.env['NODE_EXTRA_CA_CERTS'];
    else process.env['NODE_EXTRA_CA_CERTS'] = before;
  });

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

  test('with TLS give links that lead back to it, and are witnessed through it', async () => {
    const call = (where: string, init: { token?: string; body?: object } = {}): Promise<{ status: number; location?: string; text: string }> =>
      new Promise((resolve, reject) => {
        const headers = { authorization: `Bearer ${init.token}`, 'content-type': 'application/fhir+json' };
        const method = init.body ? 'PUT' : 'GET';
        const request = https.request(secure + where, { ca: authority.certificate, agent: false, method, headers }, (answer) => {
          let text = '';
          const { location } = answer.headers;
          answer.on('data', (part: Buffer) => (text += part.toString()));
          answer.once('end', () => resolve({ status: answer.statusCode!, text, ...(location === undefined ? {} : { location }) }));
        });
        request.once('error', reject);
        request.end(init.body && JSON.stringify(init.body));
      });
    const system = await token('south', 'system');
    const made = await call('/fhir/Patient/third', { token: system, body: { resourceType: 'Patient', id: 'third', name: [{ family: 'Third' }] } });
    expect([made.status, made.location]).toEqual([201, `${secure}/fhir/Patient/third/_history/1`]);
    const { link } = JSON.parse((await call('/fhir/Patient?name=Third', { token: system })).text) as { link: { url: string }[] };
    expect(link[0]!.url.startsWith(`${secure}/fhir/Patient?`)).toBe(true);
    expect((await call('/metrics')).status).toBe(404);
    // The north's witness asks the south's and the other way round.
    const { url } = await network.validator('north');
    await expect.poll(async () => (await fetch(`${url}/metrics`)).text(), { timeout: 30_000 }).toMatch(/^careledger_witness_parties 1$/m);
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
