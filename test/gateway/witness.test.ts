/** A node towards logs and monitors over HTTP: the witness's prefix, the log's prefix, hash tiles; and the two ends of it together. */
import fastify, { type FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { toHex } from '../../src/base/bytes.ts';
import { unwrap } from '../../src/base/result.ts';
import type { WitnessIdentity } from '../../src/contract/witnesses.ts';
import { parseTilePath, tileOf } from '../../src/gateway/witness/tiles.ts';
import { logRoutes, witnessRoutes } from '../../src/gateway/witness/routes.ts';
import { witnessName } from '../../src/ledger/checkpoint/checkpoint.ts';
import { verifyCheckpoint } from '../../src/ledger/checkpoint/verify-checkpoint.ts';
import { parseVerifierKey, verifierKey } from '../../src/ledger/checkpoint/note-key.ts';
import { appendLeaves, emptyFrontier, frontierRoot } from '../../src/ledger/proofs/merkle-log.ts';
import { startCheckpoints, type Checkpoints } from '../../src/witness/checkpoints.ts';
import { openWitness, type Witness } from '../../src/witness/witness.ts';
import { httpWitness } from '../../src/witness/witness-port.ts';
import { seedOf, temporaryFolder } from '../support/ledger.ts';
import { chainId, logKey, logSeed, origin, testLog } from '../witness/support.ts';

const folder = temporaryFolder();
const honest = testLog(700);
const forked = testLog(700, 'b', 10);
let size = 20;
let app: FastifyInstance;
let url: string;
let witness: Witness;
let checkpoints: Checkpoints | undefined;
const stop = new AbortController();

beforeAll(async () => {
  witness = unwrap(
    await openWitness({
      directory: `${folder.path}/witness`,
      name: witnessName(chainId, 'clinic'),
      seed: seedOf('clinic'),
      logKeys: async (asked) => (asked === origin ? [logKey] : undefined),
      now: Date.now,
    }),
  );
  app = fastify();
  await witnessRoutes(app, witness);
  logRoutes(
    app,
    honest.ledger(() => size),
    () => checkpoints,
  );
  url = await app.listen({ host: '127.0.0.1', port: 0 });
});
afterAll(async () => {
  await checkpoints?.close();
  stop.abort();
  await app.close();
  folder[Symbol.dispose]();
});

const post = (body: Uint8Array, type = 'application/octet-stream') =>
  fetch(`${url}/witness/add-checkpoint`, { method: 'POST', body: new Uint8Array(body), headers: { 'content-type': type } });

describe('the witness', () => {
  test('cosigns over HTTP whatever the content type; says what it is and what it has', async () => {
    expect((await fetch(`${url}/log/checkpoint`)).status).toBe(404);
    const answer = await post(honest.request(0, 12));
    expect(answer.status).toBe(200);
    expect(await answer.text()).toMatch(/^\u2014 careledger\/witnessed\/witness\/clinic \S+\n$/);
    const identity = (await (await fetch(`${url}/witness`)).json()) as WitnessIdentity;
    expect(unwrap(parseVerifierKey(identity.key))).toEqual(witness.key);
    expect(identity.logs).toMatchObject([{ origin, size: 12, height: 12 }]);
    const note = new Uint8Array(await (await fetch(`${url}/witness/checkpoint?origin=${encodeURIComponent(origin)}`)).arrayBuffer());
    const trust = { logKeys: [logKey], witnesses: [{ name: 'clinic', key: witness.key }] };
    expect(verifyCheckpoint(note, trust)).toMatchObject({ verdict: 'held', facts: { seenBy: [{ name: 'clinic' }] } });
    expect((await fetch(`${url}/witness/checkpoint?origin=nobody`)).status).toBe(404);
  });

  test('says what it has with 409, refuses another history with 422, and gives the proof out', async () => {
    const stale = await post(honest.request(0, 15), 'text/plain');
    expect([stale.status, stale.headers.get('content-type'), await stale.text()]).toEqual([409, 'text/x.tlog.size', '12\n']);
    expect((await post(forked.request(12, 15))).status).toBe(422);
    const [{ proof } = { proof: undefined }] = witness.contradictions();
    const file = await fetch(`${url}/witness/split-views/${proof}`);
    expect([file.status, file.headers.get('content-type')]).toEqual([200, 'application/cbor']);
    for (const name of ['x.cbor', '..%2F..%2Fwitness.key', `${'0'.repeat(32)}.cbor`])
      expect((await fetch(`${url}/witness/split-views/${name}`)).status).toBe(404);
  });

  test('refuses what is too long, empty or no request, and goes on', async () => {
    expect((await post(new Uint8Array(200_000))).status).toBe(413);
    expect((await post(new Uint8Array(0))).status).toBe(400);
    expect((await fetch(`${url}/witness/add-checkpoint`, { method: 'POST' })).status).toBe(400);
    expect((await post(new Uint8Array(60_000).fill(0x41))).status).toBe(400);
    expect((await post(honest.request(12, 16))).status).toBe(200);
  });
});

describe('the log', () => {
  test('collects cosignatures over HTTP and publishes them', async () => {
    checkpoints = await startCheckpoints({
      ledger: honest.ledger(() => size),
      seed: logSeed,
      witnesses: [
        httpWitness({ name: 'The clinic', key: witness.key, url: `${url}/witness` }, stop.signal),
        httpWitness({ name: 'Nobody', key: witness.key, url: 'http://127.0.0.1:9/witness' }, stop.signal),
      ],
      directory: `${folder.path}/log`,
      intervalMs: 3_600_000,
      now: Date.now,
      onError: (cause) => console.error(cause),
    });
    for (size of [20, 300, 650]) await checkpoints.round();
    const note = new Uint8Array(await (await fetch(`${url}/log/checkpoint`)).arrayBuffer());
    const { facts } = verifyCheckpoint(note, { logKeys: [logKey], witnesses: [{ name: 'clinic', key: witness.key }] });
    expect(facts).toMatchObject({ checkpoint: { size: 650 }, seenBy: [{ name: 'clinic' }] });
    expect(facts.signedBy.map(verifierKey)).toEqual([verifierKey(logKey)]);
    const [clinic, nobody] = checkpoints.witnesses();
    expect(clinic).toMatchObject({ cosigned: { size: 650 }, problem: undefined });
    expect(nobody).toMatchObject({ cosigned: undefined, problem: { code: 'witness.unreachable' } });
  });

  test('its tiles make the root that the checkpoint has', async () => {
    const names = ['0/000', '0/001', '0/002.p/138'];
    const tiles = await Promise.all(names.map(async (name) => new Uint8Array(await (await fetch(`${url}/log/tile/${name}`)).arrayBuffer())));
    const leaves = tiles.flatMap((tile) => Array.from({ length: tile.length / 32 }, (_, at) => tile.slice(32 * at, 32 * at + 32)));
    expect(leaves).toHaveLength(650);
    expect(toHex(frontierRoot(appendLeaves(emptyFrontier, leaves)))).toBe(toHex(honest.checkpoint(650).root));
    const upper = new Uint8Array(await (await fetch(`${url}/log/tile/1/000.p/2`)).arrayBuffer());
    expect(toHex(upper.slice(0, 32))).toBe(toHex(frontierRoot(appendLeaves(emptyFrontier, leaves.slice(0, 256)))));
    for (const name of ['0/002', '0/002.p/139', '0/003', '1/000', '9/000', '0/x000/000', '0/000.p/0', '0/000.p/256', '0/0', 'x'])
      expect((await fetch(`${url}/log/tile/${name}`)).status, name).toBe(404);
  });

  test('tile names are those of tlog-tiles, each in one form', () => {
    expect(parseTilePath('0/x001/x234/067')).toEqual({ level: 0, index: 1_234_067, width: 256 });
    expect(parseTilePath('3/x001/x234/067.p/8')).toEqual({ level: 3, index: 1_234_067, width: 8 });
    for (const name of ['0/001/067', '0/x067', '00/067', '0/067.p/01', '0/067.p/300', '-1/067', '0/x001/67'])
      expect(parseTilePath(name), name).toBeUndefined();
    expect(tileOf({ level: 0, index: 0, width: 21 }, 20, honest.node)).toBeUndefined();
  });
});
