/** `/operator/api/status`: for whom it is, and what it puts together from an embedded ledger. */
import fastify, { type FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { accessPoint, type FactSource } from '../../src/access/access-point.ts';
import { sandboxPolicy } from '../../src/access/policy/sandbox.ts';
import { authenticator, issueToken, tokenKey, type TokenKey } from '../../src/access/tokens.ts';
import { ok, unwrap } from '../../src/base/result.ts';
import type { OperatorStatus } from '../../src/contract/operator.ts';
import type { EmbeddedLedger } from '../../src/engine/embedded/embedded-ledger.ts';
import { blockIndex } from '../../src/gateway/explorer/block-index.ts';
import { witnessesView } from '../../src/gateway/explorer/witnesses.ts';
import { metricsText } from '../../src/gateway/node/metrics.ts';
import { operatorMetrics } from '../../src/gateway/operator/metrics.ts';
import { operatorRoutes } from '../../src/gateway/operator/routes.ts';
import { operatorStatus, type NodeFacts } from '../../src/gateway/operator/status.ts';
import { memberDirectory } from '../../src/network/directory.ts';
import type { Unit } from '../../src/records/model.ts';
import { newLedger, openGrant, temporaryFolder, transactionOf } from '../support/ledger.ts';

const folder = temporaryFolder();
const stop = new AbortController();
const units: Unit[] = [];
let now = Date.UTC(2026, 5, 1, 1);
let stored: NodeFacts['stored'] = { holds: true, findings: 0, finished: null };
let ledger: EmbeddedLedger;
let app: FastifyInstance;
let key: TokenKey;
let status: () => Promise<OperatorStatus>;

beforeAll(async () => {
  ledger = await newLedger(folder.path);
  for (let i = 0; i < 5; i++) unwrap(await ledger.submit(transactionOf('hospital', [openGrant()])));
  key = await tokenKey('hospital', new Uint8Array(32).fill(7));
  const facts: FactSource = {
    member: async () => 'active',
    ledgerAge: () => 0,
    shares: async () => [],
    denies: async () => [],
    nameOf: async (id) => id,
  };
  const writer = { append: async (unit: Unit) => (units.push(unit), ok({ sequences: unit.events.map((_, i) => i) })) };
  const access = accessPoint({ organisation: 'hospital', policy: sandboxPolicy, authenticate: authenticator(key), writer, facts, now: () => now });
  status = operatorStatus({
    ledger,
    directory: memberDirectory(ledger),
    index: blockIndex(ledger, stop.signal, (cause) => console.error(cause)),
    witnesses: () => witnessesView({ ledger, checkpoints: undefined, witness: undefined, now: () => now }),
    node: () => ({
      organisation: { id: 'hospital', name: 'The hospital' },
      version: '1.2.3',
      anchoring: { intervalMs: 5000, last: null, problem: null },
      stored,
    }),
    now: () => now,
  });
  app = fastify();
  await operatorRoutes(app, { organisation: 'hospital', access, status, onError: (cause) => console.error(cause) });
});
afterAll(async () => {
  stop.abort();
  await app.close();
  await ledger.close();
  folder[Symbol.dispose]();
});

const ask = async (role?: 'operator' | 'privacy-officer' | 'clinician' | 'patient') => {
  const claims = role === 'patient' ? { role, name: 'x', patient: 'p', subject: 'p' } : { role: role!, name: 'x', subject: 'x' };
  const token = role && unwrap(await issueToken(key, claims, now));
  return app.inject({ url: '/operator/api/status', headers: token === undefined ? {} : { authorization: `Bearer ${token}` } });
};

describe('the operator’s status', () => {
  test('is for those on duty; a refusal is logged, an answer is not', async () => {
    expect((await ask()).statusCode).toBe(401);
    expect((await ask('operator')).statusCode).toBe(200);
    expect((await ask('privacy-officer')).statusCode).toBe(200);
    expect(units).toHaveLength(0);
    for (const role of ['clinician', 'patient'] as const) expect((await ask(role)).statusCode).toBe(403);
    expect(units).toHaveLength(2);
  });

  test('tells of an embedded ledger: head, blocks, maker, waiting transactions, disk, members', async () => {
    const told = (await ask('operator')).json<OperatorStatus>();
    const head = ledger.head();
    expect(told.head).toMatchObject({ height: head.height, logSize: 5 });
    expect(told.blocks[0]!.height).toBe(head.height);
    expect(told.blocks.reduce((sum, { transactions }) => sum + transactions, 0)).toBe(5);
    expect(told).toMatchObject({
      consensus: null,
      software: { version: '1.2.3', engine: 'embedded' },
      mempool: { transactions: 0, limitTransactions: 20_000 },
      validators: [{ power: 1, missed: 0, lastSigned: { height: head.height } }],
      peers: [],
      failure: null,
      alarms: [],
    });
    expect(told.members.map(({ name }) => name)).toEqual(['The hospital', 'The clinic', 'The regulator']);
    expect(told.disk.parts.find(({ name }) => name === 'blocks')!.bytes).toBeGreaterThan(500);
    expect(told.disk.freeBytes).toBeLessThan(told.disk.totalBytes);
  });

  test('is made at most once a second; an alarm appears with its time and in the measures', async () => {
    now += 2000;
    const before = await status();
    stored = { holds: false, findings: 3, finished: null };
    expect(await status()).toBe(before);
    now += 2000;
    const after = await status();
    expect(after.alarms).toEqual([
      {
        code: 'stored-data-damaged',
        severity: 'harm',
        since: new Date(now).toISOString(),
        subjects: [],
        details: ['The newest verification has 3 findings.'],
      },
    ]);
    const text = metricsText(operatorMetrics(after));
    expect(text).toContain('careledger_alarm{code="stored-data-damaged"} 2\n');
    expect(text).toContain('careledger_alarm{code="disk-low"} 0\n');
    expect(text).toMatch(/^careledger_ledger_height \d+$/m);
    // Every line is a comment or a measure with a number, as Prometheus reads it.
    for (const line of text.trimEnd().split('\n')) expect(line).toMatch(/^(# (HELP|TYPE) careledger_\w+ .+|careledger_\w+(\{[^}]*\})? -?[\d.e+]+)$/);
  });

  test('new blocks come first, and each is read once', async () => {
    const read: number[] = [];
    const watched = { ...ledger, block: (height: number) => (read.push(height), ledger.block(height)) };
    const of = operatorStatus({
      ledger: watched,
      directory: memberDirectory(ledger),
      index: blockIndex(ledger, stop.signal, () => undefined),
      witnesses: () => witnessesView({ ledger, checkpoints: undefined, witness: undefined, now: () => now }),
      node: () => ({ organisation: { id: 'a', name: 'A' }, version: '1', anchoring: { intervalMs: 1, last: null, problem: null }, stored }),
      now: () => now,
    });
    await of();
    unwrap(await ledger.submit(transactionOf('clinic', [openGrant()])));
    now += 2000;
    const { blocks } = await of();
    expect(blocks[0]!.height).toBe(ledger.head().height);
    expect(blocks.map(({ height }) => height)).toEqual(blocks.map(({ height }) => height).toSorted((a, b) => b - a));
    expect(new Set(read).size).toBe(read.length);
  });
});
