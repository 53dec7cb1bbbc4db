import fastify, { type FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { toHex } from '../../src/base/bytes.ts';
import { unwrap } from '../../src/base/result.ts';
import type { EmbeddedLedger } from '../../src/engine/embedded/embedded-ledger.ts';
import { blockIndex, type BlockIndex } from '../../src/gateway/explorer/block-index.ts';
import { explorerRoutes } from '../../src/gateway/explorer/routes.ts';
import { witnessesView } from '../../src/gateway/explorer/witnesses.ts';
import { encodeGenesis, genesisHash } from '../../src/ledger/genesis/genesis.ts';
import { grantKey } from '../../src/ledger/grants/state.ts';
import { operationSchemas } from '../../src/ledger/operations.ts';
import { verifyLedgerReceipt } from '../../src/ledger/verify/ledger.ts';
import { verifyStateReceipt } from '../../src/ledger/verify/state.ts';
import { verifyTrustBundle } from '../../src/ledger/verify/trust-bundle.ts';
import { transactionHash } from '../../src/ledger/transaction/transaction.ts';
import { memberDirectory } from '../../src/network/directory.ts';
import { eventually } from '../support/eventually.ts';
import { genesis, keyOf, newLedger, openGrant, random, seedOf, temporaryFolder, transactionOf } from '../support/ledger.ts';
import { signClose } from '../../src/ledger/grants/close.ts';

const folder = temporaryFolder();
const stop = new AbortController();
let ledger: EmbeddedLedger;
let index: BlockIndex;
let app: FastifyInstance;
let url: string;
let grantId: Uint8Array;
let opening: string;

const submit = async (sender: string, operations: Parameters<typeof transactionOf>[1]) =>
  unwrap(await ledger.submit(transactionOf(sender, operations)));
const get = async (path: string) => {
  const response = await app.inject({ url: `/explorer/api${path}` });
  return {
    status: response.statusCode,
    body: response.headers['content-type']?.toString().includes('json') ? response.json() : undefined,
    bytes: response.rawPayload,
  };
};

beforeAll(async () => {
  ledger = await newLedger(folder.path);
  const grant = openGrant();
  grantId = grant.id;
  opening = toHex((await submit('hospital', [grant])).hash);
  await submit('clinic', [{ op: 'anchors.anchor', org: 'clinic', number: 1, commitment: random(32) }]);
  index = blockIndex(ledger, stop.signal, (cause) => console.error(cause));
  app = fastify();
  await explorerRoutes(app, {
    ledger,
    directory: memberDirectory(ledger),
    index,
    witnesses: () => witnessesView({ ledger, checkpoints: undefined, witness: undefined, now: Date.now }),
    signal: stop.signal,
    onError: (cause) => console.error(cause),
  });
  url = await app.listen({ host: '127.0.0.1', port: 0 });
  await eventually(async () => index.height() === ledger.head().height);
});
afterAll(async () => {
  stop.abort();
  await app.close();
  await ledger.close();
  folder[Symbol.dispose]();
});

describe('the explorer', () => {
  test('the trust anchor', async () => {
    expect((await get('/genesis')).body).toEqual({
      chainId: genesis.chainId,
      engine: 'embedded',
      genesisHash: toHex(genesisHash(encodeGenesis(genesis))),
      nodeKey: toHex(keyOf('node')),
      time: new Date(genesis.time).toISOString(),
      validators: [],
    });
    const bundle = new Uint8Array((await get('/trust')).bytes);
    expect(verifyTrustBundle(bundle, genesisHash(encodeGenesis(genesis))).trust).toEqual({ chainId: genesis.chainId, nodeKey: keyOf('node') });
  });

  test('a value of the state, or its absence, with the proof of it', async () => {
    const ask = (query: string) => get(`/state?${query}`);
    const trust = { chainId: genesis.chainId, nodeKey: keyOf('node') };
    const verified = async (query: string) => verifyStateReceipt(new Uint8Array((await ask(query)).bytes), trust);
    const key = encodeURIComponent(grantKey(grantId));
    const open = await verified(`key=${key}`);
    expect([open.verdict, open.facts.present]).toEqual(['held', true]);
    const before = await verified(`key=${key}&height=0`);
    expect([before.verdict, before.facts.present, before.facts.height]).toEqual(['held', false, 0]);
    for (const [query, status] of [
      ['', 400],
      ['key=', 400],
      ['key=a&height=x', 400],
      ['key=a&height=999', 404],
    ] as const)
      expect((await ask(query)).status, query).toBe(status);
  });

  test('blocks, newest first, in pages', async () => {
    const { body } = await get('/blocks?limit=2');
    expect(body.head).toBe(2);
    expect(body.blocks).toMatchObject([
      { height: 2, transactions: 1, operations: 1 },
      { height: 1, transactions: 1 },
    ]);
    expect((await get('/blocks?limit=2&before=1')).body.blocks).toMatchObject([{ height: 0, transactions: 0 }]);
  });

  test('a block with its decoded operations', async () => {
    const { body } = await get('/blocks/2');
    expect(body.list[0]).toMatchObject({
      sender: { id: 'clinic', name: 'The clinic' },
      height: 2,
      operations: [{ module: 'anchors', action: 'anchor', sentence: 'The clinic anchored its log: batch 1' }],
    });
    expect(body.previousHash).toBe((await get('/blocks/1')).body.hash);
    expect(body.signature).toHaveLength(128);
    expect((await get('/blocks/999')).status).toBe(404);
    expect((await get('/blocks/-1')).status).toBe(404);
  });

  test('every field of an operation is shown with its class', async () => {
    const { body } = await get(`/transactions/${opening}`);
    const schema = operationSchemas.get('grants.open')!;
    expect(body.operations[0].fields.map(({ name, class: of }: { name: string; class: string }) => [name, of])).toEqual(
      Object.entries(schema.fields)
        .filter(([name]) => name !== 'op')
        .map(([name, field]) => [name, field.class]),
    );
    expect(body).toMatchObject({ hash: opening, expiryHeight: 1000, signature: expect.any(String) });
  });

  test('a receipt that verifies, and the bytes', async () => {
    const receipt = await get(`/transactions/${opening}/receipt`);
    const raw = await get(`/transactions/${opening}/raw`);
    expect(verifyLedgerReceipt(receipt.bytes, transactionHash(raw.bytes), { chainId: genesis.chainId, nodeKey: keyOf('node') }).verdict).toBe('held');
    expect((await get(`/transactions/${'0'.repeat(64)}`)).status).toBe(404);
    expect((await get('/transactions/xyz')).status).toBe(404);
  });

  test('organisations and their anchors', async () => {
    const { body } = await get('/organisations');
    expect(body.organisations.map(({ id }: { id: string }) => id)).toEqual(['hospital', 'clinic', 'regulator']);
    expect((await get('/organisations/clinic')).body).toMatchObject({
      name: 'The clinic',
      status: 'active',
      lastAnchor: { number: 1, height: 2 },
      anchors: [{ number: 1, height: 2 }],
    });
    expect((await get('/organisations/nobody')).status).toBe(404);
  });

  test('a grant: opened, then closed', async () => {
    expect((await get(`/grants/${toHex(grantId)}`)).body).toMatchObject({ id: toHex(grantId), opened: { height: 1 }, closed: null });
    await submit('regulator', [signClose(genesis.chainId, grantId, seedOf('control'))]);
    expect((await get(`/grants/${toHex(grantId)}`)).body).toMatchObject({ closed: { height: 3 } });
    expect((await get('/grants/00')).status).toBe(404);
  });

  test('search by height, hash, first digits, grant, organisation', async () => {
    await eventually(async () => index.height() === ledger.head().height);
    const paths = async (q: string): Promise<readonly string[]> =>
      (await get(`/search?q=${encodeURIComponent(q)}`)).body.hits.map(({ path }: { path: string }) => path);
    const block = (await get('/blocks/1')).body;
    expect(await paths('1')).toContain('/explorer/blocks/1');
    expect(await paths(opening)).toEqual([`/explorer/transactions/${opening}`]);
    expect(await paths(opening.slice(0, 8))).toContain(`/explorer/transactions/${opening}`);
    expect(await paths(opening.slice(0, 5))).toEqual([]);
    for (const hash of [block.hash, block.stateRoot, block.appHash]) expect(await paths(hash.toUpperCase())).toContain('/explorer/blocks/1');
    expect(await paths(toHex(grantId))).toContain(`/explorer/grants/${toHex(grantId)}`);
    expect(await paths('clin')).toEqual(['/explorer/organisations/clinic']);
    expect(await paths('nothing like it')).toEqual([]);
    expect(await paths("'; drop table x; --")).toEqual([]);
  });

  test('new blocks are told live', async () => {
    const ended = new AbortController();
    const response = await fetch(`${url}/explorer/api/live`, { signal: ended.signal });
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    let text = (await reader.read()).value ?? '';
    const { height } = await submit('hospital', [openGrant()]);
    while (!text.includes('event: block')) text += (await reader.read()).value ?? '';
    expect(JSON.parse(/data: (.*)/.exec(text)![1]!)).toMatchObject({ height, transactions: 1 });
    ended.abort();
    await reader.cancel().catch(() => undefined);
  });
});
