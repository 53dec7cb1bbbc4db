import fastify from 'fastify';
import { describe, expect, test } from 'vitest';
import { accessPoint, type FactSource } from '../../src/access/access-point.ts';
import { sandboxPolicy } from '../../src/access/policy/sandbox.ts';
import { authenticator, issueToken, tokenKey } from '../../src/access/tokens.ts';
import { ok, unwrap } from '../../src/base/result.ts';
import type { VerificationReport } from '../../src/contract/network.ts';
import { nodeRoutes } from '../../src/gateway/node/routes.ts';
import { metricsText } from '../../src/gateway/node/metrics.ts';
import type { Unit } from '../../src/records/model.ts';

const report: VerificationReport = {
  organisation: 'a',
  started: '',
  finished: '',
  holds: true,
  checked: { entries: 1, versions: 1, events: 0, indexRows: 0, anchors: 0, blocks: 0, transactions: 0 },
  findings: [],
  unchecked: [],
};
const now = () => Date.UTC(2026, 4, 3);

async function node() {
  const key = await tokenKey('a', new Uint8Array(32).fill(3));
  const units: Unit[] = [];
  let ready: { readonly code: string; readonly message: string } | undefined;
  let runs = 0;
  let last: VerificationReport | undefined;
  const facts: FactSource = {
    member: async () => 'active',
    ledgerAge: () => 0,
    shares: async () => [],
    denies: async () => [],
    nameOf: async (id: string) => id,
  };
  const writer = { append: async (unit: Unit) => (units.push(unit), ok({ sequences: unit.events.map((_, i) => i) })) };
  const app = fastify();
  await nodeRoutes(app, {
    organisation: 'a',
    access: accessPoint({ organisation: 'a', policy: sandboxPolicy, authenticate: authenticator(key), writer, facts, now }),
    wellKnown: () => ({
      network: 'n',
      chainId: 'c',
      organisation: null,
      engine: 'embedded',
      height: 7,
      version: '0',
      sandbox: true,
      interfaces: {} as never,
    }),
    notReady: async () => ready,
    metrics: async () => [
      { name: 'careledger_log_entries', help: 'Entries.', type: 'gauge', values: [{ labels: { organisation: 'a"b' }, value: 3 }] },
    ],
    async verify() {
      runs++;
      await new Promise((done) => setTimeout(done, 2000));
      return (last = report);
    },
    lastVerification: () => last,
    heal: async () => ok({ organisation: 'a', healed: [], failed: [], after: report }),
    onError: (cause) => console.error(cause),
  });
  const call = async (role: 'operator' | 'clinician' | 'privacy-officer' | undefined, method: 'GET' | 'POST', url: string) => {
    const token = role && unwrap(await issueToken(key, { role, name: 'x' }, now()));
    const response = await app.inject({ method, url, headers: token === undefined ? {} : { authorization: `Bearer ${token}` } });
    return { status: response.statusCode, text: response.body };
  };
  return { call, units, runs: () => runs, notReady: (why: string) => (ready = { code: 'test.not-ready', message: why }) };
}

describe('the node about itself', () => {
  test('lives, is ready, and says where things are', async () => {
    const { call, notReady } = await node();
    expect(await call(undefined, 'GET', '/healthz')).toEqual({ status: 200, text: '{"status":"ok"}' });
    expect(await call(undefined, 'GET', '/readyz')).toMatchObject({ status: 200 });
    notReady('The database does not answer.');
    expect(await call(undefined, 'GET', '/readyz')).toEqual({
      status: 503,
      text: '{"status":"not-ready","code":"test.not-ready","why":"The database does not answer."}',
    });
    expect(JSON.parse((await call(undefined, 'GET', '/.well-known/careledger')).text)).toMatchObject({ chainId: 'c', height: 7 });
  });

  test('verification: for operator and privacy officer, logged before it begins, one run at a time', async () => {
    const { call, units, runs } = await node();
    expect((await call(undefined, 'POST', '/node/api/verify')).status).toBe(401);
    expect((await call('clinician', 'POST', '/node/api/verify')).status).toBe(403);
    expect(runs()).toBe(0);
    expect((await call('operator', 'GET', '/node/api/verify')).status).toBe(404);
    const both = await Promise.all([call('operator', 'POST', '/node/api/verify'), call('privacy-officer', 'POST', '/node/api/verify')]);
    expect(both.map(({ status }) => status)).toEqual([200, 200]);
    expect(runs()).toBe(1);
    expect(units.flatMap(({ events }) => events)).toHaveLength(3);
    expect(JSON.parse((await call('operator', 'GET', '/node/api/verify')).text)).toEqual(report);
  });

  test('healing is the operator’s', async () => {
    const { call } = await node();
    expect((await call('privacy-officer', 'POST', '/node/api/heal')).status).toBe(403);
    expect((await call('operator', 'POST', '/node/api/heal')).status).toBe(200);
  });

  test('metrics in Prometheus text', async () => {
    const { call } = await node();
    expect((await call(undefined, 'GET', '/metrics')).text).toBe(
      '# HELP careledger_log_entries Entries.\n# TYPE careledger_log_entries gauge\ncareledger_log_entries{organisation="a\\"b"} 3\n',
    );
    expect(metricsText([{ name: 'x', help: 'y', type: 'counter', values: [{ value: 1 }] }])).toBe('# HELP x y\n# TYPE x counter\nx 1\n');
  });
});
