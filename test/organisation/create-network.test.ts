/** The homes of a network: all or nothing, the same again when asked again, nobody else's secrets in them, and refused when something is missing. */
import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { unwrap } from '../../src/base/result.ts';
import { createNetwork, type NewNetwork } from '../../src/organisation/create-network.ts';
import { readHomeFile } from '../../src/organisation/home-file.ts';
import { peerOf } from '../../src/organisation/introduction.ts';
import { readGenesisFile } from '../../src/organisation/open-ledger.ts';
import { openNodeKeys } from '../../src/organisation/organisation-seeds.ts';
import { runOrganisation } from '../../src/organisation/run-organisation.ts';
import { temporaryFolder } from '../support/ledger.ts';
import { freeBasePort } from '../support/network.ts';
import { careledger } from '../support/sandbox.ts';

const networkIn = (directory: string, ids: readonly string[] = ['north', 'south']): NewNetwork => ({
  directory,
  network: 'Test',
  organisations: ids.map((id) => ({ id, name: `The ${id}`, kind: 'hospital', host: '127.0.0.1' })),
  basePort: 8100,
  ledgerOnly: true,
});
const make = async (directory: string, basePort?: number) =>
  unwrap(await createNetwork({ ...networkIn(directory), basePort: basePort ?? (await freeBasePort(2)) }));
const codeOf = async (network: NewNetwork): Promise<string> => {
  const created = await createNetwork(network);
  return created.ok ? (created.value.isNew ? 'made' : 'there') : created.error.code;
};
const start = async (home: string): Promise<string> => {
  const options = { program: undefined, databaseUrl: undefined, anchorIntervalMs: 5_000, fromSnapshot: false, signal: new AbortController().signal };
  const ended = await runOrganisation({ home, ...options, note: () => undefined, ready: () => undefined });
  return ended.ok ? 'ended' : ended.error.code;
};

describe('creating a network', () => {
  test('makes a home for each: same genesis, own keys, each knows where the others are', async () => {
    using folder = temporaryFolder();
    const directory = join(folder.path, 'net');
    const { file } = await make(directory, 8100);
    expect(file.organisations.map(({ id, url }) => [id, url])).toEqual([
      ['north', 'http://127.0.0.1:8100'],
      ['south', 'http://127.0.0.1:8101'],
    ]);
    const [north, south] = [unwrap(await readHomeFile(join(directory, 'north'))), unwrap(await readHomeFile(join(directory, 'south')))];
    expect(north.peers).toMatchObject([{ organisation: 'south', consensus: south.listen.consensus, channel: south.listen.channel }]);
    const genesis = unwrap(await readGenesisFile(join(directory, 'north'), north.chainId));
    expect(readFileSync(join(directory, 'south/genesis.cbor')).equals(readFileSync(join(directory, 'north/genesis.cbor')))).toBe(true);
    expect(genesis.validators.map(({ org, power }) => [org, power])).toEqual([
      ['north', 10],
      ['south', 10],
    ]);
    const keys = await Promise.all(['north', 'south'].map(async (id) => unwrap(await openNodeKeys(join(directory, id), id, false))));
    expect(Buffer.from(genesis.members[1]!.signingKey).equals(Buffer.from(keys[1]!.keys.ledgerPublicKey))).toBe(true);
    expect(Buffer.from(keys[0]!.validatorSeed).equals(Buffer.from(keys[1]!.validatorSeed))).toBe(false);
    expect(statSync(join(directory, 'north/root.key')).mode & 0o077).toBe(0);
  });

  test('for machines of their own: the same ports on each, HTTPS for everybody else, and HTTP for the machine itself until there is TLS', async () => {
    using folder = temporaryFolder();
    const hosts = ['10.0.0.1', 'south.example', '2001:db8::7', '10.0.0.1', '127.0.0.12'];
    const organisations = hosts.map((host, at) => ({ id: `o${at}`, name: `O ${at}`, kind: 'hospital', host }) as const);
    const directory = join(folder.path, 'net');
    const named = { ...organisations[1]!, url: 'https://records.south.example' };
    unwrap(await createNetwork({ ...networkIn(directory), organisations: organisations.with(1, named) }));
    const homes = await Promise.all(organisations.map(async ({ id }) => unwrap(await readHomeFile(join(directory, id)))));
    expect(homes.map(({ url }) => url)).toEqual([
      'https://10.0.0.1:8100',
      'https://records.south.example',
      'https://[2001:db8::7]:8100',
      'https://10.0.0.1:8101',
      'http://127.0.0.12:8100',
    ]);
    expect(homes.map(({ listen: { httpHost, host, http } }) => [httpHost, host, http])).toEqual([
      ['127.0.0.1', '0.0.0.0', 8100],
      ['127.0.0.1', '0.0.0.0', 8100],
      ['127.0.0.1', '::', 8100],
      ['127.0.0.1', '0.0.0.0', 8101],
      ['127.0.0.12', '127.0.0.12', 8100],
    ]);
    // The name of its HTTP may be that of a proxy: members reach its channel and its engine under the host all the same.
    expect(homes[0]!.peers.map(({ host, channel }) => [host, channel])).toEqual(hosts.slice(1).map((host, at) => [host, at === 2 ? 9101 : 9100]));
    const keys = unwrap(await openNodeKeys(join(directory, 'o1'), 'o1', false));
    expect(peerOf(homes[1]!, keys)).toEqual(homes[0]!.peers[0]);
  });

  test('leaves one that is there as it is, and refuses anything else', async () => {
    using folder = temporaryFolder();
    const directory = join(folder.path, 'net');
    await make(directory);
    const before = readFileSync(join(directory, 'north/genesis.cbor'));
    expect(await codeOf(networkIn(directory))).toBe('there');
    expect(readFileSync(join(directory, 'north/genesis.cbor')).equals(before)).toBe(true);
    expect(await codeOf(networkIn(directory, ['north', 'west']))).toBe('organisation.exists');
    mkdirSync(join(folder.path, 'other'));
    writeFileSync(join(folder.path, 'other/thesis.odt'), 'x');
    expect(await codeOf(networkIn(join(folder.path, 'other')))).toBe('organisation.exists');
    mkdirSync(join(folder.path, 'empty'));
    expect(await codeOf(networkIn(join(folder.path, 'empty')))).toBe('made');
  });

  test('makes nothing when one of them cannot be: no half a network, no keys left behind', async () => {
    using folder = temporaryFolder();
    expect(await codeOf(networkIn(join(folder.path, 'net'), ['north', 'Not An Id']))).toBe('ledger.malformed');
    expect(readdirSync(folder.path)).toEqual([]);
  });

  test.each([
    [['--organisations', 'a,a'], 'organisation.option'],
    [['--organisations', 'a,b', '--kinds', 'hospital'], 'organisation.option'],
    [['--organisations', 'a', '--kinds', 'bank'], 'organisation.option'],
    [['--organisations', 'a', '--port', '70000'], 'organisation.option'],
    [['--organisations', 'a', '--hosts', 'no such host'], 'organisation.option'],
    [['--organisations', 'a', '--urls', 'records.example'], 'organisation.option'],
    [['--organisations', 'a,b', '--urls', 'https://records.example'], 'organisation.option'],
  ])('says what is wrong with %j', async (args, code) => {
    using folder = temporaryFolder();
    const directory = join(folder.path, 'net');
    const { stderr, code: exit } = await careledger(['network', 'create', '--home', directory, ...args]);
    expect(stderr).toContain(`(${code})`);
    expect(exit).toBe(1);
    expect(existsSync(directory)).toBe(false);
  });
});

describe('a home', () => {
  test.each([
    ['careledger.json', 'organisation.no-home'],
    ['genesis.cbor', 'organisation.incomplete'],
    ['root.key', 'organisation.incomplete'],
  ])('without %s is refused, and nothing is made in its place', async (missing, code) => {
    using folder = temporaryFolder();
    const directory = join(folder.path, 'net');
    await make(directory);
    const home = join(directory, 'north');
    rmSync(join(home, missing));
    // The program is looked for before the genesis is read: any file will do here.
    const { stderr } = await careledger(['node', 'start', '--home', home], { CARELEDGER_COMETBFT: process.execPath });
    expect(stderr).toContain(`(${code})`);
    expect(existsSync(join(home, missing))).toBe(false);
  });

  test.each([
    ['half a file', '{"format": 1, "netw'],
    ['another format', '{"format": 2}'],
    ['a port that is none', undefined],
  ])('with %s for its settings is refused', async (_, text) => {
    using folder = temporaryFolder();
    const directory = join(folder.path, 'net');
    await make(directory);
    const path = join(directory, 'north/careledger.json');
    const file = JSON.parse(readFileSync(path, 'utf8')) as { listen: object };
    writeFileSync(path, text ?? JSON.stringify({ ...file, listen: { ...file.listen, consensus: 0 } }));
    expect(await start(join(directory, 'north'))).toBe('organisation.incomplete');
  });

  test('opens its HTTP to other machines with TLS or behind a proxy only, and says both ways', async () => {
    using folder = temporaryFolder();
    const directory = join(folder.path, 'net');
    await make(directory);
    const home = join(directory, 'north');
    const starting = (...more: readonly string[]) =>
      careledger(['node', 'start', '--home', home, '--listen', '0.0.0.0', ...more], { CARELEDGER_COMETBFT: undefined });
    const refused = await starting();
    expect(refused.stderr).toMatch(/0\.0\.0\.0.* without TLS[^]*--tls-certificate[^]*--behind-proxy[^]*\(organisation\.no-tls\)/);
    expect((await starting('--tls-certificate', 'only-one.pem')).stderr).toContain('(cli.usage)');
    expect((await starting('--tls-certificate', join(home, 'root.key'), '--tls-key', join(home, 'none.pem'))).stderr).toContain('(node.tls-file)');
    expect((await starting('--behind-proxy', '--public-url', 'records.example')).stderr).toContain('(organisation.option)');
    // Then nothing stands in the way any more but what is missing here.
    expect((await starting('--behind-proxy', '--public-url', 'https://records.example')).stderr).toContain('(cometbft.missing)');
    expect(existsSync(join(home, 'lock'))).toBe(false);
  });

  test.each([[{ tls: { certificate: 'a.pem' } }], [{ behindProxy: 'yes' }], [{ url: 'records.example' }], [{ host: '' }]])(
    'with %j in its settings is refused',
    async (wrong) => {
      using folder = temporaryFolder();
      const directory = join(folder.path, 'net');
      await make(directory);
      const path = join(directory, 'north/careledger.json');
      writeFileSync(path, JSON.stringify({ ...(JSON.parse(readFileSync(path, 'utf8')) as object), ...wrong }));
      expect(await start(join(directory, 'north'))).toBe('organisation.incomplete');
    },
  );

  test('does not start without the engine', async () => {
    using folder = temporaryFolder();
    const directory = join(folder.path, 'net');
    await make(directory);
    expect(await start(join(directory, 'north'))).toBe('cometbft.missing');
  });
});

test('a home of another user is refused in those words', async () => {
  using folder = temporaryFolder();
  if (process.getuid?.() !== 0) {
    await make(join(folder.path, 'net'));
    chmodSync(join(folder.path, 'net/north/genesis.cbor'), 0);
    expect(await start(join(folder.path, 'net/north'))).toBe('organisation.no-access');
    return;
  }
  chmodSync(folder.path, 0o755);
  const directory = join(folder.path, 'net');
  await make(directory);
  const home = join(directory, 'north');
  // As "nobody" (65534) would find what root has carried here.
  const script = `process.setgid(65534); process.setuid(65534);
    const { checkAccess } = await import(${JSON.stringify(join(import.meta.dirname, '../../src/organisation/home-access.ts'))});
    console.log(JSON.stringify(await checkAccess(${JSON.stringify(home)})));`;
  const asNobody = (): unknown => JSON.parse(execFileSync(process.execPath, ['--input-type=module', '--eval', script], { encoding: 'utf8' }));
  expect(asNobody()).toMatchObject({
    error: { code: 'organisation.no-access', message: expect.stringMatching(/may not read .*careledger\.json; it belongs to user 0/) },
  });
  for (const file of ['careledger.json', 'genesis.cbor', 'root.key']) chownSync(join(home, file), 65_534, 65_534);
  expect(asNobody()).toMatchObject({ error: { message: expect.stringMatching(/may not write to .*north; it belongs to user 0/) } });
  chownSync(home, 65_534, 65_534);
  expect(asNobody()).toEqual({ ok: true });
});
