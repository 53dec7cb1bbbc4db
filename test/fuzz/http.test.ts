/**
 * Requests of anybody to what a node serves without a token: the explorer, the witness, the log's tiles, transactions. Every one is answered,
 * none with a failure of the server's own, and the ledger and the witness stay as they are.
 */
import fastify, { type FastifyInstance, type InjectOptions } from 'fastify';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { toHex, utf8 } from '../../src/base/bytes.ts';
import { unwrap } from '../../src/base/result.ts';
import type { EmbeddedLedger } from '../../src/engine/embedded/embedded-ledger.ts';
import { blockIndex } from '../../src/gateway/explorer/block-index.ts';
import { explorerRoutes } from '../../src/gateway/explorer/routes.ts';
import { witnessesView } from '../../src/gateway/explorer/witnesses.ts';
import { transactionRoutes } from '../../src/gateway/ledger/transactions.ts';
import { logRoutes, witnessRoutes } from '../../src/gateway/witness/routes.ts';
import { memberDirectory } from '../../src/network/directory.ts';
import { openWitness, type Witness } from '../../src/witness/witness.ts';
import { genesis, newLedger, openGrant, seedOf, temporaryFolder, transactionOf } from '../support/ledger.ts';
import { logKey, origin, testLog } from '../witness/support.ts';
import { fuzz, type Target, type Verdict } from './fuzz.ts';

const SEED = Number(process.env['CARELEDGER_FUZZ_SEED'] ?? 20_261_123);
const INPUTS = 6_000;
const folder = temporaryFolder();
const stop = new AbortController();
const failures: unknown[] = [];
const log = testLog(40);
const forked = testLog(40, 'b', 10);
let ledger: EmbeddedLedger;
let witness: Witness;
let app: FastifyInstance;
let grant: string;
let transaction: string;

beforeAll(async () => {
  ledger = await newLedger(`${folder.path}/ledger`);
  const opened = openGrant();
  grant = toHex(opened.id);
  transaction = toHex(unwrap(await ledger.submit(transactionOf('hospital', [opened]))).hash);
  await ledger.submit(transactionOf('clinic', [openGrant()]));
  const onError = (cause: unknown): void => void failures.push(cause);
  const logKeys = async (asked: string) => (asked === origin ? [logKey] : undefined);
  witness = unwrap(
    await openWitness({ directory: `${folder.path}/witness`, name: 'fuzzed', seed: seedOf('witness'), logKeys, now: () => genesis.time }),
  );
  app = fastify();
  await explorerRoutes(app, {
    ledger,
    directory: memberDirectory(ledger),
    index: blockIndex(ledger, stop.signal, onError),
    witnesses: () => witnessesView({ ledger, checkpoints: undefined, witness, now: () => genesis.time }),
    signal: stop.signal,
    onError,
  });
  await witnessRoutes(app, witness);
  logRoutes(app, ledger, () => undefined);
  await transactionRoutes(app, ledger, onError);
  await app.ready();
});
afterAll(async () => {
  stop.abort();
  await app.close();
  await ledger.close();
  folder[Symbol.dispose]();
});

const paths = (): readonly string[] => [
  '/explorer/api/genesis',
  '/explorer/api/trust',
  '/explorer/api/blocks',
  '/explorer/api/blocks?before=2&limit=5',
  '/explorer/api/blocks/1',
  '/explorer/api/blocks/1/bytes',
  `/explorer/api/transactions/${transaction}`,
  `/explorer/api/transactions/${transaction}/receipt`,
  `/explorer/api/grants/${grant}`,
  '/explorer/api/organisations',
  '/explorer/api/organisations/hospital',
  `/explorer/api/state?key=grants/${grant}&height=1`,
  '/explorer/api/governance',
  '/explorer/api/governance/1',
  '/explorer/api/witnesses',
  `/explorer/api/search?q=${transaction.slice(0, 8)}`,
  '/witness',
  `/witness/checkpoint?origin=${encodeURIComponent(origin)}`,
  '/witness/split-views/a.cbor',
  '/log/checkpoint',
  '/log/tile/0/000',
  '/log/tile/0/x001/234.p/7',
];

const pieces = [
  '/',
  '..',
  '%2e%2e%2f',
  '%00',
  '%ff',
  '?',
  '&',
  'limit=',
  'limit=-1',
  'before=1e9',
  'height=9007199254740993',
  '__proto__',
  'constructor',
  '[]=',
  '0',
  '-1',
  '1.5',
  '9'.repeat(40),
  'x'.repeat(3_000),
  'é',
  '\\',
  '%',
].map(utf8);

async function answered(request: InjectOptions): Promise<Verdict> {
  const before = failures.length;
  const { statusCode } = await app.inject(request);
  if (failures.length > before) throw new Error(`the server failed: ${String(failures.at(-1))}`);
  if (statusCode >= 500) throw new Error(`status ${statusCode}`);
  return statusCode < 300 ? 'accepted' : 'refused';
}

it(`are answered, ${INPUTS} of them (seed ${SEED})`, { timeout: 120_000 }, async () => {
  // What the explorer names "live" never ends: it is not among the seeds, and nothing is to find the way there.
  const reachable: string[] = [];
  for (const path of paths()) if ((await app.inject({ url: path })).statusCode < 300) reachable.push(path);
  expect(reachable.length).toBeGreaterThan(10);
  const target: Target = {
    name: 'requests',
    seeds: reachable.map(utf8),
    format: 'bytes',
    pieces,
    check: async (input) => {
      const url = `/${Buffer.from(input).toString('latin1').replace(/^\/+/, '')}`;
      // What no client could send is Node's own to refuse.
      if (url.includes('/live') || !URL.canParse(url, 'http://localhost')) return 'refused';
      return answered({ method: 'GET', url });
    },
  };
  const witnessed: Target = {
    name: 'add-checkpoint over HTTP',
    seeds: [log.request(0, 20)],
    format: 'bytes',
    pieces: [log.request(20, 30), forked.request(20, 30), log.note(30), ...pieces],
    check: (input) => answered({ method: 'POST', url: '/witness/add-checkpoint', payload: Buffer.from(input) }),
  };
  const submitted: Target = {
    name: 'transaction over HTTP',
    seeds: [transactionOf('hospital', [openGrant()])],
    format: 'cbor',
    check: (input) =>
      answered({ method: 'POST', url: '/ledger/api/transactions', headers: { 'content-type': 'application/cbor' }, payload: Buffer.from(input) }),
  };
  const { accepted, refused } = await fuzz([target, witnessed, submitted], INPUTS, SEED, process.env['CARELEDGER_FUZZ_ONLY']);
  for (const { name } of [target, witnessed, submitted]) expect(refused.get(name), name).toBeGreaterThan(100);
  expect(accepted.get('requests')).toBeGreaterThan(100);
  // Only the seed itself is a transaction that the ledger takes, only checkpoints that the log signed are cosigned.
  expect(ledger.head().logSize).toBe(3);
  expect([20, 30]).toContain(witness.newest(origin)!.checkpoint.size);
  expect(failures).toEqual([]);
});
