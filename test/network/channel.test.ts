import { Agent, request as httpsRequest } from 'node:https';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ed25519Sign } from '#ed25519';
import { codedError } from '../../src/base/errors.ts';
import { fromUtf8, utf8 } from '../../src/base/bytes.ts';
import { fail, ok, unwrap } from '../../src/base/result.ts';
import { certificateAuthority, issueLeaf, type Leaf } from '../../src/network/certificates.ts';
import { channelClient, type ChannelClient } from '../../src/network/client.ts';
import { CHANNEL_PATH, encodeRequest, openAnswer, requestHash, type RequestPayload } from '../../src/network/envelope.ts';
import { networkErrors } from '../../src/network/errors.ts';
import { leafKeeper } from '../../src/network/leaf-keeper.ts';
import { startChannelServer, type Call, type ChannelServer } from '../../src/network/server.ts';
import { identityOf, memberLedger, seedOf } from './members.ts';

const ledger = memberLedger('alpha', 'beta', 'gamma');
const who = { id: 'dr-1', kind: 'person', name: 'Dr One', role: 'clinician' } as const;
const seen: Call[] = [];
let server: ChannelServer;
let client: ChannelClient;
const outgoing = { to: 'alpha', method: 'echo', who, purpose: 'treatment', body: utf8('hello') };

beforeAll(async () => {
  const alpha = await identityOf('alpha', ledger);
  server = await startChannelServer(alpha, leafKeeper(alpha.authority, Date.now), {
    host: '127.0.0.1',
    port: 0,
    methods: new Map([
      ['echo', async (call: Call) => (seen.push(call), ok(call.body))],
      ['refuse', async () => fail(codedError(networkErrors, 'network.busy', { message: 'Not today.' }))],
      [
        'break',
        async () => {
          throw new Error('secret detail');
        },
      ],
      [
        'slow',
        async () => {
          await new Promise((done) => setTimeout(done, 2000));
          return ok(utf8('late'));
        },
      ],
    ]),
  });
  const beta = await identityOf('beta', ledger);
  client = channelClient(beta, leafKeeper(beta.authority, Date.now), () => ({ host: '127.0.0.1', port: server.port }));
});
afterAll(async () => {
  client.close();
  await server.close();
});

/** Sends bytes over TLS with a certificate of one's choice. */
const raw = (bytes: Uint8Array, leaf: Leaf | undefined): Promise<{ status: number; text: string; bytes: Buffer }> =>
  new Promise((resolve, reject) => {
    const outgoing = httpsRequest(
      {
        agent: new Agent({ maxCachedSessions: 0 }),
        host: '127.0.0.1',
        port: server.port,
        path: CHANNEL_PATH,
        method: 'POST',
        rejectUnauthorized: false,
        ...(leaf ? { cert: leaf.certificate, key: leaf.privateKey } : {}),
      },
      (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('end', () =>
          resolve({ status: response.statusCode!, text: Buffer.concat(parts).toString('latin1'), bytes: Buffer.concat(parts) }),
        );
      },
    );
    outgoing.on('error', reject);
    outgoing.end(bytes);
  });

const leafOf = async (org: string, signer = org, now = Date.now()) => issueLeaf({ ...certificateAuthority(org, seedOf(signer, 2)) }, now);
const payload = (change: Partial<RequestPayload> = {}): RequestPayload => ({
  chainId: 'test-chain',
  from: 'beta',
  to: 'alpha',
  method: 'echo',
  who,
  purpose: 'treatment',
  grant: new Uint8Array(0),
  nonce: crypto.getRandomValues(new Uint8Array(16)),
  issued: Date.now(),
  expires: Date.now() + 30_000,
  body: utf8('x'),
  ...change,
});
const signedBy = (org: string) => (message: Uint8Array) => ed25519Sign(seedOf(org, 1), message);

describe('the channel between nodes', () => {
  test('carries a signed request and brings back a signed answer: a receipt', async () => {
    const answered = unwrap(await client.call({ ...outgoing, grant: new Uint8Array(32).fill(7) }));
    expect(fromUtf8(answered.body)).toBe('hello');
    expect(seen.at(-1)).toMatchObject({ from: 'beta', to: 'alpha', who, purpose: 'treatment' });
    const expectation = {
      request: requestHash(answered.request),
      from: 'alpha',
      to: 'beta',
      signingKey: (await identityOf('alpha', ledger)).sign(utf8('')).slice(0, 32),
    };
    expect(openAnswer(answered.receipt, expectation)).toMatchObject({ ok: false, error: { code: 'network.bad-signature' } });
  });

  test('keeps connections: many calls, few handshakes', async () => {
    const before = performance.now();
    for (let i = 0; i < 50; i++) unwrap(await client.call(outgoing));
    expect((performance.now() - before) / 50).toBeLessThan(50);
  });

  test.each([
    ['refuse', 'network.busy'],
    ['break', 'network.failed'],
    ['missing', 'network.unknown-method'],
  ])('a method that answers %s', async (method, code) => {
    const result = await client.call({ ...outgoing, method });
    expect(result).toMatchObject({ ok: false, error: { code } });
    expect(JSON.stringify(result)).not.toContain('secret');
  });

  test('gives up on a slow peer', async () => {
    expect(await client.call({ ...outgoing, method: 'slow', timeout: 100 })).toMatchObject({ ok: false, error: { code: 'network.unreachable' } });
  });

  test('a peer that is down, or whose address is unknown', async () => {
    const beta = await identityOf('beta', ledger);
    for (const book of [() => ({ host: '127.0.0.1', port: 21599 }), () => undefined]) {
      const other = channelClient(beta, leafKeeper(beta.authority, Date.now), book);
      expect(await other.call(outgoing)).toMatchObject({ ok: false, error: { code: 'network.unreachable' } });
      other.close();
    }
  });

  test('nothing is sent to an address that answers as somebody else', async () => {
    const count = seen.length;
    expect(await client.call({ ...outgoing, to: 'gamma' })).toMatchObject({ ok: false, error: { code: 'network.certificate' } });
    expect(seen.length).toBe(count);
  });

  test('an organisation that is no member is not called', async () => {
    expect(await client.call({ ...outgoing, to: 'nobody' })).toMatchObject({ ok: false, error: { code: 'network.unknown-member' } });
  });
});

describe('hostile peers', () => {
  test.each<[string, () => Promise<{ status: number; text: string }>, string]>([
    ['no certificate', async () => raw(encodeRequest(payload(), signedBy('beta')), undefined), 'network.certificate'],
    [
      'a certificate signed by another key',
      async () => raw(encodeRequest(payload(), signedBy('beta')), await leafOf('beta', 'gamma')),
      'network.certificate',
    ],
    [
      'an expired certificate',
      async () => raw(encodeRequest(payload(), signedBy('beta')), await leafOf('beta', 'beta', Date.now() - 25 * 3600_000)),
      'network.certificate',
    ],
    ['a certificate of no member', async () => raw(encodeRequest(payload(), signedBy('beta')), await leafOf('delta')), 'network.unknown-member'],
    [
      'another member’s name in the request',
      async () => raw(encodeRequest(payload({ from: 'gamma' }), signedBy('gamma')), await leafOf('beta')),
      'network.wrong-recipient',
    ],
    ['a request signed by another key', async () => raw(encodeRequest(payload(), signedBy('gamma')), await leafOf('beta')), 'network.bad-signature'],
    [
      'a request for another ledger',
      async () => raw(encodeRequest(payload({ chainId: 'other' }), signedBy('beta')), await leafOf('beta')),
      'network.wrong-recipient',
    ],
    [
      'a request for somebody else',
      async () => raw(encodeRequest(payload({ to: 'gamma' }), signedBy('beta')), await leafOf('beta')),
      'network.wrong-recipient',
    ],
    [
      'an expired request',
      async () => raw(encodeRequest(payload({ issued: Date.now() - 50_000, expires: Date.now() - 1 }), signedBy('beta')), await leafOf('beta')),
      'network.expired',
    ],
    [
      'a request from the future',
      async () => raw(encodeRequest(payload({ issued: Date.now() + 40_000, expires: Date.now() + 70_000 }), signedBy('beta')), await leafOf('beta')),
      'network.expired',
    ],
    [
      'a window of an hour',
      async () => raw(encodeRequest(payload({ expires: Date.now() + 3600_000 }), signedBy('beta')), await leafOf('beta')),
      'network.expired',
    ],
    [
      'a request from before the start',
      async () => raw(encodeRequest(payload({ issued: Date.now() - 30_000, expires: Date.now() + 10_000 }), signedBy('beta')), await leafOf('beta')),
      'network.expired',
    ],
    ['bytes that are no message', async () => raw(utf8('{"from":"beta"}'), await leafOf('beta')), 'network.malformed'],
    ['an endless message', async () => raw(new Uint8Array(17 << 20), await leafOf('beta')), 'network.too-large'],
  ])('%s', async (_title, send, code) => {
    const count = seen.length;
    const answer = await send();
    expect(answer.status).not.toBe(200);
    expect(answer.text).toContain(code);
    expect(seen.length).toBe(count);
  });

  test('a replayed request is refused the second time', async () => {
    const bytes = encodeRequest(payload(), signedBy('beta'));
    const leaf = await leafOf('beta');
    expect((await raw(bytes, leaf)).status).toBe(200);
    expect(await raw(bytes, leaf)).toMatchObject({ status: 403, text: expect.stringContaining('network.replayed') });
  });

  test.each([0, 40, 200])('one changed byte at %i', async (at) => {
    const bytes = Uint8Array.from(encodeRequest(payload(), signedBy('beta')));
    bytes[at]! ^= 1;
    expect((await raw(bytes, await leafOf('beta'))).status).toBe(403);
  });

  test('a suspended member is refused at once, and served again when it is back', async () => {
    const count = seen.length;
    ledger.change('beta', { status: 'suspended' });
    expect(await raw(encodeRequest(payload(), signedBy('beta')), await leafOf('beta'))).toMatchObject({
      status: 403,
      text: expect.stringContaining('network.suspended'),
    });
    // On a connection that was accepted before, too.
    expect((await client.call(outgoing)).ok).toBe(false);
    expect(seen.length).toBe(count);
    ledger.change('beta', { status: 'active' });
    expect((await client.call(outgoing)).ok).toBe(true);
  });

  test('a member whose TLS key was replaced: old certificates are worthless', async () => {
    ledger.change('beta', { tlsKey: certificateAuthority('beta', seedOf('new', 2)).publicKey });
    expect(await client.call(outgoing)).toMatchObject({ ok: false, error: { code: 'network.certificate' } });
    ledger.change('beta', { tlsKey: certificateAuthority('beta', seedOf('beta', 2)).publicKey });
  });
});
