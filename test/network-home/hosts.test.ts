/**
 * Organisations that have nothing in common but their network: each at an address of its own, in a folder of its own that was moved after it was
 * made, with a certificate of its own. What relies on one address, one path or one machine does not come up here.
 */
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import https from 'node:https';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { NetworkStatus } from '../../src/organisation/network-status.ts';
import { cometbftOf } from '../support/cometbft.ts';
import { freeBasePort, newNetwork, type TestNetwork } from '../support/network.ts';
import { careledger, temporaryDirectory } from '../support/sandbox.ts';
import { testAuthority } from '../support/tls.ts';

const ids = ['north', 'south', 'east', 'west'];
const all = [...ids, 'coast'];
const hostOf = (id: string): string => `127.0.0.${11 + all.indexOf(id)}`;

describe.skipIf(process.platform !== 'linux' || cometbftOf('0.40') === undefined)('four organisations at four addresses', () => {
  const authority = testAuthority();
  const folder = temporaryDirectory();
  const trust = path.join(folder, 'authority.pem');
  const env = { SSL_CERT_FILE: trust, NODE_USE_SYSTEM_CA: '1' };
  const before = Object.keys(env).map((name) => [name, process.env[name]] as const);
  let network: TestNetwork;
  let port: number;

  const homeOf = (id: string): string => path.join(folder, `machine of ${id}`, 'home');
  const urlOf = (id: string): string => `https://${hostOf(id)}:${port}`;
  const settings = (id: string): Record<string, unknown> =>
    JSON.parse(readFileSync(path.join(homeOf(id), 'careledger.json'), 'utf8')) as Record<string, unknown>;
  const withTls = (id: string): void => {
    // Beside the home's other files, and named relative to it.
    authority.files(homeOf(id), 'tls', [hostOf(id)]);
    const tls = { certificate: 'tls.crt', key: 'tls.key' };
    writeFileSync(path.join(homeOf(id), 'careledger.json'), JSON.stringify({ ...settings(id), tls, snapshotEvery: 3 }));
  };
  const run = async (...args: readonly string[]): Promise<string> => {
    const { code, stdout, stderr } = await careledger(args);
    expect({ code, stderr }, stdout).toMatchObject({ code: 0 });
    return stdout;
  };
  const statusOf = async (id: string): Promise<NetworkStatus> =>
    JSON.parse((await careledger(['network', 'status', '--home', homeOf(id), '--json'])).stdout) as NetworkStatus;
  const until = async (id: string, holds: (status: NetworkStatus) => boolean): Promise<void> => {
    await expect.poll(async () => holds(await statusOf(id)), { timeout: 60_000, interval: 200, message: network.output() }).toBe(true);
  };
  const allWell = ({ holds, validators }: NetworkStatus): boolean =>
    holds && validators.every(({ up, agrees, problem }) => up && agrees === true && problem === null);
  const decide = async (...action: readonly string[]): Promise<void> => {
    const { number } = JSON.parse(await run('governance', 'propose', ...action, '--home', homeOf('north'), '--json')) as { number: number };
    for (const id of ['south', 'east']) await run('governance', 'vote', `${number}`, 'approve', '--home', homeOf(id));
  };

  beforeAll(async () => {
    Object.assign(process.env, env);
    writeFileSync(trust, authority.certificate);
    port = await freeBasePort(1);
    const organisations = ids.map((id) => ({ id, name: `The ${id}`, kind: 'hospital', host: hostOf(id), url: urlOf(id) }) as const);
    network = await newNetwork(ids, { organisations, basePort: port });
    for (const id of ids) {
      mkdirSync(path.dirname(homeOf(id)), { mode: 0o711 });
      renameSync(network.home(id), homeOf(id));
      withTls(id);
    }
    rmSync(network.directory, { recursive: true });
    await Promise.all(ids.map((id) => network.startHome(homeOf(id))));
  });
  afterAll(async () => {
    await network[Symbol.asyncDispose]();
    for (const [name, value] of before)
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    rmSync(folder, { recursive: true, force: true });
  });

  test('find each other; each home alone is enough to see how the network is', async () => {
    for (const id of ids) await until(id, allWell);
    const { validators } = await statusOf('west');
    expect(validators.map(({ id, url, power }) => [id, url, power])).toEqual(['west', 'north', 'south', 'east'].map((id) => [id, urlOf(id), 10]));
  });

  test('tell everybody their public address, and what is for their own machine nobody else, not even from there', async () => {
    const get = (where: string): Promise<{ status: number; text: string }> =>
      new Promise((resolve, reject) => {
        const request = https.get(urlOf('south') + where, { ca: authority.certificate, agent: false }, (answer) => {
          let text = '';
          answer.on('data', (part: Buffer) => (text += part.toString())).once('end', () => resolve({ status: answer.statusCode!, text }));
        });
        request.once('error', reject);
      });
    const { interfaces } = JSON.parse((await get('/.well-known/careledger')).text) as { interfaces: Record<string, string> };
    expect(Object.values(interfaces).every((url) => url.startsWith(`${urlOf('south')}/`))).toBe(true);
    const forItself = ['/organisation/api/status', '/metrics'];
    for (const where of forItself) expect((await get(where)).status).toBe(404);
    const { localUrl } = JSON.parse(readFileSync(path.join(homeOf('south'), 'run.json'), 'utf8')) as { localUrl: string };
    expect(localUrl).toBe(`http://${hostOf('south')}:${port + 4_000}`);
    for (const where of forItself) expect((await fetch(localUrl + where)).status).toBe(200);
  });

  test('one that is killed is missed by the others, and comes back', async () => {
    await decide('policy', 'votingPeriod=1209600000');
    process.kill((JSON.parse(readFileSync(path.join(homeOf('west'), 'run.json'), 'utf8')) as { pid: number }).pid, 'SIGKILL');
    await until('north', ({ holds, validators }) => holds && validators.some(({ id, up, height }) => id === 'west' && !up && height === null));
    await network.startHome(homeOf('west'));
    await until('west', allWell);
  });

  test('a fifth joins at a fifth address, from a snapshot that it fetches over HTTPS', async () => {
    mkdirSync(path.dirname(homeOf('coast')), { mode: 0o711 });
    const at = ['--from', urlOf('north'), '--host', hostOf('coast'), '--port', `${port}`, '--public-url', urlOf('coast')];
    await run('network', 'join', '--home', homeOf('coast'), '--organisation', 'coast', '--ledger-only', ...at);
    withTls('coast');
    const keys = path.join(folder, 'coast.json');
    writeFileSync(keys, await run('governance', 'keys', '--home', homeOf('coast')));
    await decide('admit', keys);
    await network.startHome(homeOf('coast'), '--from-snapshot');
    expect(network.output()).toContain('The ledger is here from a snapshot');
    await until('coast', ({ validators }) => validators.every(({ agrees }) => agrees === true));
  });
});
