/** The status of a network out of what its nodes say, whatever they say: here they are stand-ins. */
import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { unwrap } from '../../src/base/result.ts';
import { writeJson } from '../../src/organisation/files.ts';
import { networkStatus, type NetworkStatus } from '../../src/organisation/network-status.ts';
import { temporaryFolder } from '../support/ledger.ts';

const ids = ['a', 'b', 'c', 'd'];
const servers: Server[] = [];
afterEach(() => servers.splice(0).forEach((server) => server.close()));

interface StandIn {
  readonly height: number;
  readonly appHash?: string;
  readonly failure?: { readonly code: string; readonly message: string };
  readonly engineRuns?: boolean;
  readonly misbehaviour?: readonly object[];
  readonly peers?: readonly object[];
  /** Of a, b, c and d; default: 10 each. */
  readonly powers?: readonly number[];
  readonly raw?: string;
}

/** One node that answers so; undefined: none does. */
async function node({
  height,
  appHash = 'aa'.repeat(32),
  failure,
  engineRuns = true,
  misbehaviour = [],
  peers = [],
  powers = [],
  raw,
}: StandIn): Promise<string> {
  const engine = {
    consensus: { height: height + 5, catchingUp: false },
    validators: ids.map((organisation, at) => ({ organisation, power: powers[at] ?? 10, key: '00' })),
    peers,
    misbehaviour,
    processes: engineRuns ? [{ name: 'cometbft', pid: 4_000_000, startedAt: 0, restarts: 0 }] : [],
    failure,
  };
  const server = createServer((request, response) => {
    const isStatus = request.url === '/organisation/api/status';
    response.end(raw ?? JSON.stringify(isStatus ? { organisation: 'x', chainId: 'test', height, appHash, engine } : { appHash }));
  });
  servers.push(server);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function statusOf(nodes: readonly (StandIn | undefined)[]): Promise<NetworkStatus> {
  using folder = temporaryFolder();
  const organisations = await Promise.all(
    nodes.map(async (one, at) => ({
      id: ids[at],
      name: ids[at],
      kind: 'hospital',
      home: ids[at],
      url: one ? await node(one) : 'http://127.0.0.1:1',
    })),
  );
  await writeJson(join(folder.path, 'network.json'), { format: 1, network: 'Test', chainId: 'test', organisations });
  return unwrap(await networkStatus(folder.path, new AbortController().signal));
}

const well: StandIn = { height: 7 };

describe('the status of a network', () => {
  test('holds when all are well', async () => {
    const { holds, why, height, validators } = await statusOf([well, well, well, { height: 8 }]);
    expect({ holds, why, height }).toEqual({ holds: true, why: null, height: 8 });
    expect(validators.every(({ up, agrees }) => up && agrees)).toBe(true);
  });

  test('names who has another ledger than the others', async () => {
    const { holds, why, validators } = await statusOf([well, { height: 7, appHash: 'bb'.repeat(32) }, well, well]);
    expect({ holds, why }).toEqual({ holds: false, why: 'Another ledger than the others have: b.' });
    expect(validators.map(({ agrees }) => agrees)).toEqual([true, false, true, true]);
  });

  test('holds with one of four down, and not with two', async () => {
    expect(await statusOf([well, well, well, undefined])).toMatchObject({ holds: true, why: null });
    expect(await statusOf([well, undefined, well, undefined])).toMatchObject({ holds: false, why: 'No blocks can be made: b, d missing.' });
    expect(await statusOf([undefined, undefined, undefined, undefined])).toMatchObject({ holds: false, why: 'Nobody answers.', height: 0 });
  });

  test('holds with more than two thirds of the power, and not with two thirds', async () => {
    const exactly = { ...well, powers: [10, 10, 5, 5] };
    expect(await statusOf([exactly, exactly, undefined, undefined])).toMatchObject({ holds: false, why: 'No blocks can be made: c, d missing.' });
    const more = { ...well, powers: [11, 10, 5, 5] };
    expect(await statusOf([more, more, undefined, undefined])).toMatchObject({ holds: true, why: null });
  });

  test('counts a node whose engine does not run, and one that says why it is not ready, as not working', async () => {
    const diverged = { code: 'cometbft.diverged', message: 'x' };
    const status = await statusOf([well, well, { height: 7, engineRuns: false }, { height: 3, failure: diverged }]);
    expect(status).toMatchObject({ holds: false, why: 'No blocks can be made: c, d missing.' });
    expect(status.validators[3]).toMatchObject({ up: true, problem: diverged });
  });

  test('puts together who says what of whom', async () => {
    const misbehaviour = [{ kind: 'duplicate-vote', key: '01', organisation: 'd', height: 5, time: 0 }];
    const status = await statusOf([{ ...well, misbehaviour }, { ...well, misbehaviour }, well, well]);
    expect(status.misbehaviour).toEqual([{ kind: 'duplicate-vote', organisation: 'd', height: 5, saidBy: ['a', 'b'] }]);
  });

  test('is told from the home of one organisation too: its own node, what the others tell everybody, and whom its engine is connected to', async () => {
    using folder = temporaryFolder();
    const tells = async (height: number, ready: object, status = 200): Promise<string> => {
      const server = createServer((request, response) => {
        const known = { chainId: 'test', height, organisation: { id: 'x', name: 'The other' } };
        const isReady = request.url === '/readyz';
        response.statusCode = request.url === '/organisation/api/status' ? 404 : isReady ? status : 200;
        response.end(JSON.stringify(isReady ? ready : request.url!.startsWith('/explorer/') ? { appHash: 'aa'.repeat(32) } : known));
      });
      servers.push(server);
      await once(server.listen(0, '127.0.0.1'), 'listening');
      return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    };
    const peer = (organisation: string, url: string): object => ({ organisation, url, node: 'ab'.repeat(20), host: 'x', consensus: 1, channel: 1 });
    const made = async (own: StandIn, behind: number): Promise<NetworkStatus> => {
      const url = await node(own);
      const peers = [
        peer('b', await tells(7, {})),
        peer('c', await tells(behind, { code: 'engine.catching-up', why: 'It fetches blocks.' }, 503)),
        peer('d', 'http://127.0.0.1:1'),
      ];
      const organisation = { id: 'a', name: 'The one', kind: 'hospital' };
      const listen = { httpHost: '127.0.0.1', host: '127.0.0.1', http: 1, channel: 1, consensus: 1, consensusMetrics: 0 };
      const file = { format: 1, network: 'Test', chainId: 'test', organisation, trial: false, ledgerOnly: true, url, listen, peers };
      await writeJson(join(folder.path, 'careledger.json'), file);
      return unwrap(await networkStatus(folder.path, new AbortController().signal));
    };
    // Three of four work: d makes blocks with the others, only its HTTP is not for this machine.
    expect(await made({ ...well, peers: [{ name: 'd' }] }, 6)).toMatchObject({
      holds: true,
      validators: [
        { id: 'a', height: 7, power: 10, problem: null },
        { id: 'b', name: 'The other', height: 7, power: 10, agrees: true, problem: null },
        { id: 'c', height: 6, up: true, problem: { code: 'engine.catching-up' } },
        { id: 'd', height: null, up: true, problem: { code: 'organisation.no-http' } },
      ],
    });
    // A validator that nobody put into the settings is missed there, not on the ledger.
    ids.push('e');
    const { validators } = await made({ ...well, peers: [{ name: 'e' }] }, 6);
    ids.pop();
    expect(validators[4]).toMatchObject({ id: 'e', up: true, power: 10, problem: { message: expect.stringContaining('not among the "peers"') } });
    expect(await made(well, 6)).toMatchObject({ holds: false, why: 'No blocks can be made: c, d missing.' });
    expect(await made({ ...well, raw: 'not JSON' }, 6)).toMatchObject({
      holds: false,
      why: expect.stringContaining('node of this home does not answer'),
    });
  });

  test('takes what is not an answer, or of another ledger, for none', async () => {
    const status = await statusOf([well, { ...well, raw: 'not JSON' }, { ...well, raw: '{"chainId":"other"}' }, well]);
    expect(status.validators.map(({ height }) => height)).toEqual([7, null, null, 7]);
  });
});
