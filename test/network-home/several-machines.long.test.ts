/**
 * Organisations on machines of their own, as their operators run them: homes made on one machine and carried to the others, TLS, records shared, a
 * machine killed, cut off, far away, without names, and a fifth that joins. Every machine has its own home and nothing of the others'.
 */
import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import https from 'node:https';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { NetworkStatus } from '../../src/organisation/network-status.ts';
import { cometbftOf } from '../support/cometbft.ts';
import { openMachines, whyNoMachines, type Machine, type Machines } from '../support/machines.ts';
import { testAuthority } from '../support/tls.ts';

const ids = ['north', 'south', 'east', 'west'];
const reason = whyNoMachines() ?? (cometbftOf('0.40') === undefined ? 'CometBFT is missing' : undefined);
if (reason !== undefined) process.stderr.write(`several machines: skipped, ${reason}\n`);

describe.skipIf(reason !== undefined)('four organisations on four machines', () => {
  const authority = testAuthority();
  const names = [...ids, 'coast'].map((id) => `${id}.example`);
  let machines: Machines;
  beforeAll(async () => {
    const trust = path.join('/tmp', `careledger-authority-${process.pid}.pem`);
    writeFileSync(trust, authority.certificate);
    // What "update-ca-certificates" would do on a machine of its own.
    machines = openMachines(names, { SSL_CERT_FILE: trust });
    const all = Object.fromEntries(machines.list.map(({ name, address }) => [name, address]));
    for (const machine of machines.list) {
      machine.knows(all);
      authority.files(machine.folder, 'tls', [machine.name, machine.address]);
    }
  });
  afterAll(async () => {
    await machines[Symbol.asyncDispose]();
    rmSync(path.join('/tmp', `careledger-authority-${process.pid}.pem`), { force: true });
  });

  const machineOf = (id: string): Machine => machines.list[[...ids, 'coast'].indexOf(id)]!;
  const homeOf = (id: string): string => path.join(machineOf(id).folder, 'careledger');
  const urlOf = (id: string): string => `https://${id}.example:8100`;
  const change = (id: string, changes: (file: Record<string, unknown>) => object): void => {
    const file = path.join(homeOf(id), 'careledger.json');
    const was = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
    writeFileSync(file, JSON.stringify({ ...was, ...changes(was) }, null, 2));
  };
  const start = async (id: string, ...more: readonly string[]): Promise<void> => {
    const { folder } = machineOf(id);
    const tls = ['--tls-certificate', path.join(folder, 'tls.crt'), '--tls-key', path.join(folder, 'tls.key')];
    await machineOf(id).start(
      /^Careledger organisation \S+ is ready: /m,
      'node',
      'start',
      '--home',
      homeOf(id),
      '--listen',
      '0.0.0.0',
      ...tls,
      ...more,
    );
  };
  const run = async (id: string, ...args: readonly string[]): Promise<string> => {
    const { code, stdout, stderr } = await machineOf(id).cli(...args);
    expect({ code, stderr }, stdout).toMatchObject({ code: 0 });
    return stdout;
  };
  const statusAt = async (id: string): Promise<NetworkStatus> => {
    const { stdout, stderr } = await machineOf(id).cli('network', 'status', '--home', homeOf(id), '--json');
    expect(stdout, stderr).toContain('chainId');
    return JSON.parse(stdout) as NetworkStatus;
  };
  const until = async (what: string, at: string, holds: (status: NetworkStatus) => boolean, withinMs = 60_000): Promise<NetworkStatus> => {
    const end = Date.now() + withinMs;
    for (;;) {
      const status = await statusAt(at);
      if (holds(status)) return status;
      if (Date.now() > end) throw new Error(`${what}: not seen by ${at}\n${JSON.stringify(status, null, 1)}\n${machineOf(at).output().slice(-3000)}`);
      await sleep(500);
    }
  };
  const allWell = ({ holds, validators }: NetworkStatus): boolean =>
    holds && validators.every(({ up, problem, agrees }) => up && problem === null && agrees === true);
  /** Somebody on another machine, with nothing but the URL. */
  const call = (
    id: string,
    where: string,
    token?: string,
    body?: object,
  ): Promise<{ status: number; headers: Record<string, unknown>; bytes: Buffer }> =>
    new Promise((resolve, reject) => {
      const { name, address } = machineOf(id);
      const request = https.request(
        {
          host: address,
          port: 8100,
          servername: name,
          ca: authority.certificate,
          agent: false,
          path: where,
          method: body === undefined ? 'GET' : where.startsWith('/fhir') ? 'PUT' : 'POST',
          headers: {
            host: `${name}:8100`,
            ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
            ...(body === undefined ? {} : { 'content-type': where.startsWith('/fhir') ? 'application/fhir+json' : 'application/json' }),
          },
        },
        (answer) => {
          const parts: Buffer[] = [];
          answer.on('data', (part: Buffer) => parts.push(part));
          answer.once('end', () => resolve({ status: answer.statusCode!, headers: answer.headers, bytes: Buffer.concat(parts) }));
        },
      );
      request.once('error', reject);
      request.end(body === undefined ? undefined : JSON.stringify(body));
    });
  /** A program on the machine itself, as Prometheus would be. */
  const fetchOn = (id: string, where: string): Promise<string> => machineOf(id).run('curl', '-s', `http://127.0.0.1:12100${where}`);
  const token = async (id: string, ...claims: readonly string[]): Promise<string> => (await run(id, 'token', '--home', homeOf(id), ...claims)).trim();

  test('each gets its own home and nothing of the others', async () => {
    const first = machineOf('north');
    const homes = path.join(first.folder, 'homes');
    const hosts = ids.map((id) => machineOf(id).name).join(',');
    const made = await run('north', 'network', 'create', '--home', homes, '--organisations', ids.join(','), '--hosts', hosts);
    expect(made).toContain('Copy each folder to its own machine');
    const secrets = ids.map((id) => readFileSync(path.join(homes, id, 'root.key')));
    for (const id of ids) cpSync(path.join(homes, id), homeOf(id), { recursive: true });
    rmSync(homes, { recursive: true });
    for (const [at, id] of ids.entries()) {
      change(id, () => ({ snapshotEvery: 20 }));
      const files = ['root.key', 'careledger.json', 'genesis.cbor'].map((name) => readFileSync(path.join(homeOf(id), name)));
      for (const [other, secret] of secrets.entries()) expect(files.some((file) => file.includes(secret))).toBe(at === other);
    }
  });

  test('nobody opens HTTP to other machines without TLS by mistake', async () => {
    const { code, stderr } = await machineOf('north').cli('node', 'start', '--home', homeOf('north'), '--listen', '0.0.0.0');
    expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining('(organisation.no-tls)') });
    expect(stderr).toMatch(/--tls-certificate.*--behind-proxy/s);
  });

  test('they find each other, and each sees all of them from its own home', async () => {
    await Promise.all(ids.map((id) => start(id)));
    for (const id of ids) await until('all are well', id, allWell);
    const { validators } = await statusAt('west');
    expect(validators.map(({ name, power }) => [name, power])).toEqual(['West', 'North', 'South', 'East'].map((name) => [name, 10]));
  });

  test('what they write anywhere leads back to the name under which they are reached, and is witnessed by the others', async () => {
    const system = await token('north', '--role', 'system');
    const patient = { resourceType: 'Patient', id: 'first', name: [{ family: 'Example', given: ['Erin'] }] };
    const made = await call('north', '/fhir/Patient/first', system, patient);
    expect([made.status, made.headers['location']]).toEqual([201, `${urlOf('north')}/fhir/Patient/first/_history/1`]);
    const found = JSON.parse((await call('north', '/fhir/Patient?name=Example', system)).bytes.toString()) as { link: { url: string }[] };
    expect(found.link[0]!.url).toMatch(/^https:\/\/north\.example:8100\/fhir\/Patient\?/);
    const known = JSON.parse((await call('north', '/.well-known/careledger')).bytes.toString()) as { interfaces: Record<string, string> };
    expect(Object.values(known.interfaces).every((url) => url.startsWith(`${urlOf('north')}/`))).toBe(true);
    await expect
      .poll(async () => await fetchOn('north', '/metrics'), { timeout: 60_000, interval: 1_000 })
      .toMatch(/^careledger_witness_parties 3$/m);
    for (const where of ['/organisation/api/status', '/metrics']) expect((await call('north', where)).status).toBe(404);
  });

  test('a receipt from one machine holds on another, against the genesis of its own home', async () => {
    const [file, trust] = [path.join(machineOf('south').folder, 'receipt.cbor'), path.join(machineOf('south').folder, 'trust.bundle')];
    await run('north', 'receipt', 'Patient/first', '--home', homeOf('north'), '--out', file);
    await run('south', 'trust', '--url', urlOf('east'), '--out', trust);
    await run('south', 'verify', file, '--trust', path.join(homeOf('south'), 'genesis.cbor'), '--bundle', trust);
    const bytes = readFileSync(file);
    bytes[bytes.length >> 1]! ^= 1;
    writeFileSync(file, bytes);
    expect((await machineOf('south').cli('verify', file, '--trust', path.join(homeOf('south'), 'genesis.cbor'))).code).toBe(1);
  });

  test('a patient shares a record with another organisation, which reads it from its own machine', async () => {
    const patient = await token('north', '--role', 'patient', '--patient', 'first');
    const until = new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10);
    const share = { organisationId: 'south', purpose: 'treatment', categories: ['everything'], includeSensitive: false, until };
    const shared = await call('north', '/portal/api/patients/first/shares', patient, share);
    expect(shared.status, shared.bytes.toString()).toBe(201);
    const clinician = await token('south', '--role', 'clinician');
    const seen = async (): Promise<string | undefined> => {
      const { patients } = JSON.parse((await call('south', '/portal/api/patients?q=Example', clinician)).bytes.toString()) as {
        patients: { id: string; shared: boolean }[];
      };
      return patients.find((one) => one.shared)?.id;
    };
    await expect.poll(seen, { timeout: 30_000 }).toBeTypeOf('string');
    expect((await call('south', `/portal/api/patients/${await seen()}/timeline?limit=1`, clinician)).status).toBe(200);
    const copy = await call('south', '/shared/north/fhir/Patient/first', clinician);
    expect(JSON.parse(copy.bytes.toString())).toMatchObject({ name: [{ family: 'Example' }] });
  });

  test('they decide by vote, each with the key on its own machine', async () => {
    await run('north', 'governance', 'propose', 'policy', 'votingPeriod=1209600000', '--home', homeOf('north'));
    for (const id of ['south', 'east']) await run(id, 'governance', 'vote', '1', 'approve', '--home', homeOf(id));
    expect(await run('west', 'governance', 'show', '1', '--home', homeOf('west'))).toMatch(/executed|passed/);
  });

  test('one that is killed with all it has is missed, and comes back', async () => {
    const { pid } = JSON.parse(readFileSync(path.join(homeOf('west'), 'run.json'), 'utf8')) as { pid: number };
    process.kill(pid, 'SIGKILL');
    const missed = await until('west is missed', 'north', ({ validators }) => validators.some(({ id, up }) => id === 'west' && !up));
    expect(missed.holds).toBe(true);
    await start('west');
    await until('west is back', 'west', allWell);
  });

  test('one that is cut off is missed, and fetches what it missed', async () => {
    machineOf('east').plug(false);
    const before = (await statusAt('north')).height;
    const missed = await until(
      'the others go on',
      'north',
      ({ height, validators }) => height > before + 3 && validators.some(({ id, height: at }) => id === 'east' && at === null),
    );
    expect(missed.holds).toBe(true);
    // Whoever is cut off sees nobody's HTTP at once, and that the others are gone once its engine has noticed.
    await until('east sees that it is alone', 'east', ({ holds }) => !holds, 180_000);
    machineOf('east').plug(true);
    await until('east is back', 'east', allWell);
  });

  test('they go on when every one of them is far away', async ({ skip }) => {
    skip(!machines.list.every((machine) => machine.delay(40)), 'this kernel delays no packets (netem)');
    const before = (await statusAt('south')).height;
    await until('blocks are made', 'south', (status) => allWell(status) && status.height > before + 5);
    const system = await token('north', '--role', 'system');
    expect((await call('north', '/fhir/Patient/second', system, { resourceType: 'Patient', id: 'second' })).status).toBe(201);
    for (const machine of machines.list) machine.delay(0);
  });

  test('one that cannot resolve the name of another says so, and finds it when the name is there', async () => {
    const all = Object.fromEntries(machines.list.map(({ name, address }) => [name, address]));
    await stop('west');
    await stop('east');
    const { 'east.example': gone, ...others } = all;
    const { 'west.example': alsoGone, ...rest } = all;
    machineOf('west').knows(others);
    machineOf('east').knows(rest);
    await Promise.all([start('west'), start('east')]);
    await expect.poll(() => machineOf('west').output()).toContain('east.example');
    machineOf('west').knows({ ...others, 'east.example': gone! });
    machineOf('east').knows({ ...rest, 'west.example': alsoGone! });
    await until('west has found east', 'west', ({ validators }) => validators[0]!.peers.includes('east'));
    expect(machineOf('west').output() + machineOf('east').output()).toMatch(/(east|west) is at (east|west)\.example .* is started anew/);
  });

  test('a fifth joins from a snapshot over HTTPS, and becomes a validator', async () => {
    const from = ['--from', urlOf('north'), '--host', 'coast.example', '--trial'];
    const joined = JSON.parse(
      await run('coast', 'network', 'join', '--home', homeOf('coast'), '--organisation', 'coast', ...from, '--port', '8100', '--json'),
    ) as {
      peer: object;
      validatorKey: string;
    };
    const keys = await run('coast', 'governance', 'keys', '--home', homeOf('coast'));
    const file = path.join(machineOf('north').folder, 'coast.json');
    writeFileSync(file, keys);
    const decide = async (...action: readonly string[]): Promise<void> => {
      const { number } = JSON.parse(await run('north', 'governance', 'propose', ...action, '--home', homeOf('north'), '--json')) as {
        number: number;
      };
      for (const id of ['south', 'east']) await run(id, 'governance', 'vote', String(number), 'approve', '--home', homeOf(id));
    };
    await decide('admit', file);
    await start('coast', '--from-snapshot');
    expect(machineOf('coast').output()).toContain('The ledger is here from a snapshot');
    await decide('validator', 'coast', '--power', '10', '--key', joined.validatorKey);
    // The others take it into their settings, one after the other.
    for (const id of ids) {
      await stop(id);
      change(id, ({ peers }) => ({ peers: [...(peers as object[]), joined.peer] }));
      await start(id);
    }
    for (const id of ['coast', 'north']) await until('five are well', id, (status) => allWell(status) && status.validators.length === 5);
    expect(existsSync(path.join(homeOf('coast'), 'root.key'))).toBe(true);
  });

  async function stop(id: string): Promise<void> {
    const { pid } = JSON.parse(readFileSync(path.join(homeOf(id), 'run.json'), 'utf8')) as { pid: number };
    process.kill(pid, 'SIGTERM');
    await expect
      .poll(() => existsSync(path.join(homeOf(id), 'run.json')) || existsSync(path.join(homeOf(id), 'lock')), { timeout: 30_000 })
      .toBe(false);
  }
});
