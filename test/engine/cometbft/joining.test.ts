import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { toHex } from '../../../src/base/bytes.ts';
import { codedError } from '../../../src/base/errors.ts';
import { fail, ok } from '../../../src/base/result.ts';
import { serveAbci, type AbciServer } from '../../../src/engine/abci/server.ts';
import { joiningApplication, type RefusedSender } from '../../../src/engine/cometbft/application/joining.ts';
import { engineErrors } from '../../../src/engine/disk/errors.ts';
import { appHash } from '../../../src/ledger/block/header.ts';
import { EngineConnection } from '../../support/abci-driver/connection.ts';
import { random, temporaryFolder } from '../../support/ledger.ts';

const manifest = random(200);
const hash = new Uint8Array(createHash('sha256').update(manifest).digest());
const blockHash = random(32);
const chunks = [random(1_000), random(1_000), random(500)];
const offer = { snapshot: { height: 42n, format: 1, chunks: 3, hash, metadata: manifest }, appHash: appHash(blockHash) };

let folder: ReturnType<typeof temporaryFolder>;
let server: AbciServer;
let engine: EngineConnection;
let refused: RefusedSender[];
let joined: number;
let aborted: number;
let finishes: boolean;

beforeEach(async () => {
  folder = temporaryFolder();
  [refused, joined, aborted, finishes] = [[], 0, 0, true];
  const application = joiningApplication({
    chainId: 'test-ledger',
    async receive(given) {
      if (toHex(given) !== toHex(manifest)) return fail(codedError(engineErrors, 'engine.io'));
      const missing = new Set([0, 1, 2]);
      return ok({
        height: 7,
        blockHash,
        chunks: 3,
        missing: () => [...missing],
        async add(index, chunk) {
          if (toHex(chunk) !== toHex(chunks[index] ?? new Uint8Array(0)))
            return fail(codedError(engineErrors, 'engine.io', { data: { chunk: index } }));
          missing.delete(index);
          return ok(undefined);
        },
        finish: async () => (finishes ? ok({} as never) : fail(codedError(engineErrors, 'engine.io'))),
        abort: async () => void aborted++,
      });
    },
    onJoined: () => joined++,
    onRefused: (each) => refused.push(each),
  });
  server = await serveAbci({ path: join(folder.path, 'abci.sock'), application });
  engine = await EngineConnection.open(server.path);
});
afterEach(async () => {
  engine.close();
  await server.close();
  folder[Symbol.dispose]();
});

const apply = async (index: number, chunk: Uint8Array, sender = 'peer') => engine.call('applySnapshotChunk', { index, chunk, sender });

it('takes a snapshot that leads to the app hash which the engine trusts, then leaves the place to the ledger', async () => {
  expect(await engine.call('info', {})).toMatchObject({ lastBlockHeight: 0n });
  expect((await engine.call('offerSnapshot', offer)).result).toBe(1);
  for (const index of [2, 0, 1]) expect((await apply(index, chunks[index]!)).result).toBe(1);
  const info = await engine.call('info', {});
  expect(info.lastBlockHeight).toBe(42n);
  expect(toHex(info.lastBlockAppHash)).toBe(toHex(offer.appHash));
  expect(joined).toBe(0);
  await expect(engine.call('finalizeBlock', { height: 43n })).rejects.toThrow(/from a snapshot/);
  expect(joined).toBe(1);
});

it('has a chunk that is not the right one fetched from somebody else, and says who sent it', async () => {
  await engine.call('offerSnapshot', offer);
  const answer = await apply(1, random(1_000), 'liar');
  expect(answer).toMatchObject({ result: 3, refetchChunks: [1], rejectSenders: ['liar'] });
  expect(refused).toMatchObject([{ sender: 'liar', chunk: 1 }]);
  for (const index of [0, 1, 2]) expect((await apply(index, chunks[index]!)).result).toBe(1);
  expect((await engine.call('info', {})).lastBlockHeight).toBe(42n);
});

it('turns down what does not fit', async () => {
  const offered = async (snapshot: object, trusted = offer.appHash) =>
    (await engine.call('offerSnapshot', { snapshot: { ...offer.snapshot, ...snapshot }, appHash: trusted })).result;
  expect(await offered({ format: 2 })).toBe(4);
  expect(await offered({ hash: random(32) })).toBe(5);
  const other = random(50);
  expect(await offered({ metadata: other, hash: new Uint8Array(createHash('sha256').update(other).digest()) })).toBe(5);
  expect(await offered({}, random(32))).toBe(3);
  expect(await offered({ chunks: 4 })).toBe(3);
  expect(aborted).toBe(2);
  expect((await apply(0, chunks[0]!)).result).toBe(2);
});

it('starts over with another snapshot when the whole does not hold', async () => {
  finishes = false;
  await engine.call('offerSnapshot', offer);
  await apply(0, chunks[0]!);
  await apply(1, chunks[1]!);
  expect((await apply(2, chunks[2]!)).result).toBe(5);
  expect((await engine.call('info', {})).lastBlockHeight).toBe(0n);
});

it('has no answer about blocks before it has joined', async () => {
  expect((await engine.call('checkTx', { tx: random(9) })).codespace).toBe('cometbft.joining');
  await expect(engine.call('initChain', {})).rejects.toThrow(/out of order|does not follow/);
  expect(joined).toBe(0);
});
