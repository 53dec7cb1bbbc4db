/** What happens to machines, lines and disks: the network goes on without one of four, stands still without two, and everybody comes back. */
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { HomeFile } from '../../src/organisation/home-file.ts';
import { cometbftOf } from '../support/cometbft.ts';
import { newNetwork, type TestNetwork } from '../support/network.ts';
import { tcpRelay, type TcpRelay } from '../support/tcp-relay.ts';

describe.skipIf(cometbftOf('0.40') === undefined)('four validators', () => {
  let network: TestNetwork;
  let relays: readonly TcpRelay[];
  const running = new Map<string, ChildProcess>();

  const change = (id: string, edit: (file: HomeFile) => HomeFile): void => {
    const path = join(network.home(id), 'careledger.json');
    writeFileSync(path, JSON.stringify(edit(JSON.parse(readFileSync(path, 'utf8')) as HomeFile)));
  };
  const start = async (id: string): Promise<void> => void running.set(id, await network.start(id));
  const end = async (id: string, signal: NodeJS.Signals): Promise<void> => {
    const child = running.get(id)!;
    const closed = once(child, 'close');
    child.kill(signal);
    await closed;
  };

  beforeAll(async () => {
    network = await newNetwork();
    // The lines between d and the others go through here.
    const homes = network.ids.map((id) => JSON.parse(readFileSync(join(network.home(id), 'careledger.json'), 'utf8')) as HomeFile);
    relays = await Promise.all(homes.map(({ listen }) => tcpRelay(listen.consensus)));
    for (const [at, id] of network.ids.entries())
      change(id, (file) => ({
        ...file,
        peers: file.peers.map((peer) => {
          const to = network.ids.indexOf(peer.organisation);
          return to === 3 || at === 3 ? { ...peer, consensus: relays[to]!.port } : peer;
        }),
      }));
    await Promise.all(network.ids.map(start));
    await network.until('blocks can be made', ({ holds, validators }) => holds && validators.every(({ up, problem }) => up && problem === null));
  });
  afterAll(async () => {
    await network[Symbol.asyncDispose]();
    for (const relay of relays) await relay.close();
  });

  const others = ['a', 'b', 'c'];
  const goesOn = async (): Promise<number> => Math.max(...(await Promise.all(others.map((id) => network.submit(id, 3)))).flat());
  const everybodyHas = async (height: number): Promise<void> => {
    expect((await network.agreed()).height).toBeGreaterThanOrEqual(height);
  };

  test('one is paused, engine and all, and goes on', async () => {
    const { pid, enginePid } = await network.validator('d');
    for (const each of [pid!, enginePid!]) process.kill(each, 'SIGSTOP');
    try {
      const height = await goesOn();
      const { holds, validators } = await network.status();
      expect(holds).toBe(true);
      expect(validators[3]).toMatchObject({ up: false, pid, problem: { code: 'organisation.no-answer' } });
      for (const each of [pid!, enginePid!]) process.kill(each, 'SIGCONT');
      await everybodyHas(height);
    } finally {
      for (const each of [pid!, enginePid!]) process.kill(each, 'SIGCONT');
    }
  });

  test('one is cut off, says so, and is back when the line is', async () => {
    for (const relay of relays) relay.cut();
    const height = await goesOn();
    const { holds, validators } = await network.until('d is alone', (status) => status.validators[3]!.problem?.code === 'cometbft.halted');
    expect(holds).toBe(true);
    expect(validators[3]!.height).toBeLessThan(height);
    expect(validators[3]!.problem!.message).toContain('a, b, c not connected');
    const ready = await fetch(`${validators[3]!.url}/readyz`);
    expect(ready.status).toBe(503);
    expect(await ready.json()).toMatchObject({ status: 'not-ready', code: 'cometbft.halted' });
    for (const relay of relays) relay.mend();
    await everybodyHas(height);
  });

  test('one comes back with an old disk', async () => {
    await end('d', 'SIGTERM');
    const home = network.home('d');
    cpSync(home, `${home}.old`, { recursive: true });
    await start('d');
    await goesOn();
    await network.agreed();
    await end('d', 'SIGKILL');
    const height = await goesOn();
    rmSync(home, { recursive: true });
    cpSync(`${home}.old`, home, { recursive: true });
    rmSync(`${home}.old`, { recursive: true });
    await start('d');
    await everybodyHas(height);
    await network.submit('d');
  });

  test.each([
    ['a wiped disk: only its keys and settings are left', ['ledger', 'cometbft']],
    ['a wiped ledger', ['ledger']],
    ['wiped data of the engine', ['cometbft']],
  ])('one comes back with %s', async (_, folders) => {
    await end('d', 'SIGKILL');
    const height = await goesOn();
    for (const folder of folders) rmSync(join(network.home('d'), folder), { recursive: true });
    await start('d');
    await everybodyHas(height);
    await network.submit('d');
  });

  test('one comes back with data of the engine that are older than its ledger: it fetches the ledger anew', async () => {
    const engine = join(network.home('d'), 'cometbft');
    await network.agreed();
    await end('d', 'SIGTERM');
    cpSync(engine, `${engine}.old`, { recursive: true });
    await start('d');
    await goesOn();
    await network.agreed();
    await end('d', 'SIGTERM');
    rmSync(engine, { recursive: true });
    cpSync(`${engine}.old`, engine, { recursive: true });
    rmSync(`${engine}.old`, { recursive: true });
    await start('d');
    await everybodyHas(await goesOn());
    expect(network.output()).toContain('(cometbft.ledger-ahead)');
  });

  test('two of four are gone: it stands still and says who is missing; it goes on when they are back', async () => {
    await Promise.all([end('c', 'SIGKILL'), end('d', 'SIGKILL')]);
    let isDecided = false;
    const waiting = network.submit('a').then((heights) => {
      isDecided = true;
      return heights[0]!;
    });
    const { why, height, validators } = await network.until('a and b know', (status) =>
      status.validators.slice(0, 2).every(({ problem }) => problem?.code === 'cometbft.halted'),
    );
    expect(why).toBe('No blocks can be made: c, d missing.');
    expect(validators[0]!.problem!.message).toContain('c, d not connected, and 20 of 40 votes');
    expect((await network.cli('network', 'status', '--home', network.directory)).code).toBe(1);
    expect(isDecided).toBe(false);
    await Promise.all([start('c'), start('d')]);
    expect(await waiting).toBeGreaterThan(height);
    await everybodyHas(await waiting);
  });

  test('nobody is accused of anything after all this', async () => {
    expect((await network.status()).misbehaviour).toEqual([]);
  });
});
