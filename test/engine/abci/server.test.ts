import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AbciApplication } from '../../../src/engine/abci/application.ts';
import { decodeResponse, type Response } from '../../../src/engine/abci/codec.ts';
import { FrameReader } from '../../../src/engine/abci/frames.ts';
import { serveAbci, type AbciServer, type AbciServerOptions } from '../../../src/engine/abci/server.ts';
import { requestFrame, type PartialRequest } from '../../support/abci-driver/requests.ts';

const checkTx = (text: string): Uint8Array => requestFrame({ checkTx: { tx: Buffer.from(text) } });
const concat = (parts: readonly Uint8Array[]): Buffer => Buffer.concat(parts);

/** Answers with what it was asked; a test replaces the methods that it is about. */
const echoing = (changes: Partial<AbciApplication> = {}): AbciApplication => ({
  info: async ({ version }) => ({ data: version, lastBlockHeight: 7n }),
  query: async ({ path, data }) => ({ log: path, value: data }),
  checkTx: async ({ tx }) => ({ log: Buffer.from(tx).toString() }),
  initChain: async ({ chainId }) => ({ appHash: Buffer.from(chainId) }),
  prepareProposal: async ({ txs }) => ({ txs }),
  processProposal: async () => ({ status: 1 }),
  finalizeBlock: async ({ hash }) => ({ appHash: hash }),
  commit: async () => ({ retainHeight: 3n }),
  listSnapshots: async () => ({}),
  offerSnapshot: async () => ({ result: 1 }),
  loadSnapshotChunk: async ({ chunk }) => ({ chunk: Buffer.alloc(chunk, 1) }),
  applySnapshotChunk: async () => ({ result: 1 }),
  ...changes,
});

let folder: string;
let path: string;
let server: AbciServer | undefined;
let disconnected: (Error | undefined)[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'abci-'));
  path = join(folder, 'app.sock');
  disconnected = [];
});
afterEach(async () => {
  await server?.close();
  server = undefined;
  rmSync(folder, { recursive: true, force: true });
});

const start = async (changes: Partial<AbciApplication> = {}, options: Partial<AbciServerOptions> = {}): Promise<AbciServer> =>
  (server = await serveAbci({ path, application: echoing(changes), onDisconnect: (error) => disconnected.push(error), ...options }));

class Client {
  readonly responses: Response[] = [];
  readonly socket: Socket;
  private readonly reader = new FrameReader(1 << 28);

  constructor() {
    this.socket = connect(path);
    this.socket.on('error', () => undefined);
    this.socket.on('data', (chunk: Uint8Array) => {
      this.reader.push(chunk);
      for (let next = this.reader.next(); next; next = this.reader.next()) this.responses.push(decodeResponse(next));
    });
  }

  async receive(count: number): Promise<readonly Response[]> {
    while (this.responses.length < count) await once(this.socket, 'data');
    return this.responses;
  }

  /** Everything that comes until the server ends the connection. */
  async untilEnd(): Promise<readonly Response[]> {
    if (!this.socket.readableEnded) await once(this.socket, 'end');
    this.socket.destroy();
    return this.responses;
  }
}

function gate(): { readonly opened: Promise<void>; open(): void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { opened: promise, open: resolve };
}

describe('an ABCI server', () => {
  it('answers every method, Echo and Flush by itself, with the protocol’s defaults where nothing is said', async () => {
    await start();
    const client = new Client();
    const requests: PartialRequest[] = [
      { echo: { message: 'hello' } },
      { flush: {} },
      { info: { version: '0.38' } },
      { initChain: { chainId: 'net' } },
      { query: { path: '/a', data: Buffer.from('b') } },
      { checkTx: { tx: Buffer.from('tx') } },
      { prepareProposal: { txs: [Buffer.from('tx')] } },
      { processProposal: {} },
      { finalizeBlock: { hash: Buffer.from('h') } },
      { commit: {} },
      { listSnapshots: {} },
      { offerSnapshot: {} },
      { loadSnapshotChunk: { chunk: 5 } },
      { applySnapshotChunk: {} },
    ];
    client.socket.write(concat(requests.map(requestFrame)));
    const responses = await client.receive(requests.length);
    expect(responses.map((response) => Object.entries(response).find(([, value]) => value !== undefined)![0])).toEqual(
      requests.map((request) => Object.keys(request)[0]),
    );
    expect(responses[0]!.echo!.message).toBe('hello');
    expect(responses[2]!.info).toMatchObject({ data: '0.38', lastBlockHeight: 7n, version: '', appVersion: 0n });
    expect(Buffer.from(responses[3]!.initChain!.appHash).toString()).toBe('net');
    expect(responses[4]!.query).toMatchObject({ log: '/a', code: 0 });
    expect(responses[9]!.commit!.retainHeight).toBe(3n);
    expect(responses[12]!.loadSnapshotChunk!.chunk).toHaveLength(5);
  });

  it('takes a stream that is cut at every byte', async () => {
    await start();
    const whole = concat([checkTx('one'), requestFrame({ flush: {} }), checkTx('x'.repeat(300)), requestFrame({ query: { path: '/p' } })]);
    for (let cut = 1; cut < whole.length; cut++) {
      const client = new Client();
      client.socket.write(whole.subarray(0, cut));
      await turn();
      client.socket.end(whole.subarray(cut));
      const [one, , long, query] = await client.untilEnd();
      expect([one!.checkTx!.log, long!.checkTx!.log.length, query!.query!.log], `cut at ${cut}`).toEqual(['one', 300, '/p']);
    }
  });

  it('takes a stream byte by byte, and a request of 4 MB in many chunks', async () => {
    await start({ checkTx: async ({ tx }) => ({ gasUsed: BigInt(tx.length) }) });
    const client = new Client();
    for (const byte of checkTx('abc')) {
      client.socket.write(Uint8Array.of(byte));
      await turn();
    }
    client.socket.write(checkTx('y'.repeat(4_000_000)));
    const responses = await client.receive(2);
    expect(responses.map(({ checkTx: response }) => response!.gasUsed)).toEqual([3n, 4_000_000n]);
  });

  it('keeps answers in the order of requests, however long each takes', async () => {
    await start({
      async checkTx({ tx }) {
        for (let wait = tx[0]! % 7; wait > 0; wait--) await turn();
        return { log: Buffer.from(tx).toString() };
      },
    });
    const client = new Client();
    const names = Array.from({ length: 200 }, (_, i) => `${String.fromCharCode(97 + ((i * 5) % 11))}${i}`);
    client.socket.write(concat(names.map(checkTx)));
    expect((await client.receive(200)).map(({ checkTx: response }) => response!.log)).toEqual(names);
  });

  it('runs CheckTx at the same time, consensus methods one after the other', async () => {
    const running: string[] = [];
    let most = 0;
    const enter = async (name: string): Promise<object> => {
      running.push(name);
      if (running.includes('commit') && running.length > 1) throw new Error(`together: ${running.join(' ')}`);
      most = Math.max(most, running.length);
      await turn();
      running.splice(running.indexOf(name), 1);
      return {};
    };
    await start({ checkTx: () => enter('checkTx'), commit: () => enter('commit') });
    const client = new Client();
    const pattern = [checkTx('a'), checkTx('b'), checkTx('c'), requestFrame({ commit: {} }), requestFrame({ commit: {} }), checkTx('d')];
    client.socket.write(concat(pattern));
    const responses = await client.receive(pattern.length);
    expect(responses.filter(({ exception }) => exception)).toEqual([]);
    expect(most).toBe(3);
  });

  it('answers other connections while a block is being executed', async () => {
    const block = gate();
    await start({ finalizeBlock: () => block.opened.then(() => ({ appHash: Buffer.from('done') })) });
    const [consensus, mempool, query, snapshot] = [new Client(), new Client(), new Client(), new Client()] as const;
    consensus.socket.write(requestFrame({ finalizeBlock: {} }));
    await turn();
    mempool.socket.write(checkTx('tx'));
    query.socket.write(requestFrame({ query: { path: '/x' } }));
    snapshot.socket.write(requestFrame({ listSnapshots: {} }));
    await Promise.all([mempool, query, snapshot].map((client) => client.receive(1)));
    expect(consensus.responses).toEqual([]);
    expect(server!.connections).toBe(4);
    block.open();
    expect(Buffer.from((await consensus.receive(1))[0]!.finalizeBlock!.appHash).toString()).toBe('done');
  });

  it('reads no further than its limits while nothing is answered', async () => {
    const slow = gate();
    let started = 0;
    await start({ checkTx: () => (started++, slow.opened.then(() => ({}))) }, { limits: { pendingRequests: 10 } });
    const client = new Client();
    client.socket.write(concat(Array.from({ length: 5_000 }, (_, i) => checkTx(`${i}`.repeat(100)))));
    for (let i = 0; i < 50; i++) await turn();
    expect(started).toBe(10);
    slow.open();
    await client.receive(5_000);
    expect(started).toBe(5_000);
  });

  it('makes nothing for an engine that does not take its answers', async () => {
    let made = 0;
    await start({ loadSnapshotChunk: async () => (made++, { chunk: Buffer.alloc(100_000) }) });
    const client = new Client();
    await once(client.socket, 'connect');
    client.socket.pause();
    client.socket.write(concat(Array.from({ length: 500 }, () => requestFrame({ loadSnapshotChunk: {} }))));
    for (let last = -1; last !== made || made === 0;) {
      last = made;
      for (let i = 0; i < 200; i++) await turn();
    }
    expect(made).toBeLessThan(100);
    client.socket.resume();
    await client.receive(500);
    expect(made).toBe(500);
  });

  it.each([
    ['an empty frame', Uint8Array.of(0)],
    ['an unknown request', Uint8Array.of(3, 0xfa, 0x01, 0)],
    ['two requests in one frame', Uint8Array.of(4, 0x12, 0, 0x1a, 0)],
    ['a field that is longer than its frame', Uint8Array.of(4, 0x42, 0x7f, 1, 2)],
    ['garbage', Uint8Array.of(6, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff)],
    ['a frame over the limit', Uint8Array.of(0x81, 0x80, 0x80, 0x10)],
    ['a length that does not end', Uint8Array.of(0x80, 0x80, 0x80, 0x80, 0x80, 0x80)],
    ['groups within groups', concat([Uint8Array.of(0xa0, 0x8d, 0x06), Buffer.alloc(100_000, 0x0b)])],
  ])('answers what is due, then an exception, and ends: %s', async (_, bytes) => {
    await start();
    const client = new Client();
    client.socket.write(concat([checkTx('before'), bytes, checkTx('after')]));
    const responses = await client.untilEnd();
    expect(responses).toHaveLength(2);
    expect(responses[0]!.checkTx!.log).toBe('before');
    expect(responses[1]!.exception!.error).toMatch(/^The request can’t be read: /);
    while (disconnected.length === 0) await turn();
    expect(disconnected[0]!.message).toBe(responses[1]!.exception!.error);
  });

  it('answers with an exception when a method throws or is not there; other connections go on', async () => {
    await start({
      checkTx: async ({ tx }) => {
        if (Buffer.from(tx).toString() === 'bad') throw new Error('no more disk');
        await turn();
        return {};
      },
    });
    const [failing, other] = [new Client(), new Client()];
    failing.socket.write(concat([checkTx('a'), checkTx('bad'), checkTx('b')]));
    const responses = await failing.untilEnd();
    expect(responses.map((response) => response.exception?.error)).toEqual([undefined, 'checkTx failed: no more disk.']);
    other.socket.write(checkTx('c'));
    await other.receive(1);
    const voting = new Client();
    voting.socket.write(requestFrame({ extendVote: {} }));
    expect((await voting.untilEnd())[0]!.exception!.error).toMatch(/no method extendVote/);
  });

  it('survives random bytes on many connections', async () => {
    await start();
    let seed = 12_345;
    const random = (): number => (seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31) / 2 ** 31;
    for (let run = 0; run < 150; run++) {
      const client = new Client();
      client.socket.end(Uint8Array.from({ length: 1 + Math.floor(random() * 200) }, () => Math.floor(random() * 256)));
      await client.untilEnd();
    }
    const client = new Client();
    client.socket.write(checkTx('still here'));
    expect((await client.receive(1))[0]!.checkTx!.log).toBe('still here');
  });

  it('says so when the engine goes away in the middle of a request', async () => {
    await start();
    const client = new Client();
    client.socket.end(checkTx('cut off').subarray(0, 4));
    await client.untilEnd();
    while (disconnected.length === 0) await turn();
    expect(disconnected[0]!.message).toMatch(/in the middle of a request/);
  });

  it('finishes what it has begun when it is told to close, and removes its socket', async () => {
    const stop = new AbortController();
    const block = gate();
    await start({ commit: () => block.opened.then(() => ({ retainHeight: 9n })) }, { signal: stop.signal });
    const client = new Client();
    client.socket.write(concat([requestFrame({ commit: {} }), requestFrame({ commit: {} })]));
    while (server!.connections === 0) await turn();
    for (let i = 0; i < 20; i++) await turn();
    stop.abort();
    block.open();
    expect((await client.untilEnd()).map(({ commit }) => commit!.retainHeight)).toEqual([9n]);
    await server!.close();
    expect(() => statSync(path)).toThrow(/ENOENT/);
    expect(disconnected).toEqual([undefined]);
  });

  it('cuts a connection whose engine never closes its side', async () => {
    await start({}, { limits: { closingMs: 20 } });
    const client = connect({ path, allowHalfOpen: true });
    await once(client, 'connect');
    client.resume();
    while (server!.connections === 0) await turn();
    await server!.close();
    expect(server!.connections).toBe(0);
    client.destroy();
  });

  it('replaces the socket of a process that is gone, but takes nobody’s', async () => {
    await start();
    expect(statSync(path).mode & 0o077).toBe(0);
    await expect(serveAbci({ path, application: echoing() })).rejects.toThrow(/EADDRINUSE/);
    const file = join(folder, 'file');
    writeFileSync(file, 'mine');
    await expect(serveAbci({ path: file, application: echoing() })).rejects.toThrow(/EADDRINUSE/);
    await expect(serveAbci({ path: join(folder, 'x'.repeat(120)), application: echoing() })).rejects.toThrow(RangeError);
  });
});
