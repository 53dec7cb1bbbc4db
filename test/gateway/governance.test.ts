import fastify, { type FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { toHex } from '../../src/base/bytes.ts';
import { unwrap } from '../../src/base/result.ts';
import type { GovernanceProposal, GovernanceView, MemberDetail, TransactionDetail } from '../../src/contract/explorer.ts';
import { createGenesis } from '../../src/engine/embedded/create-genesis.ts';
import type { EmbeddedLedger } from '../../src/engine/embedded/embedded-ledger.ts';
import { blockIndex } from '../../src/gateway/explorer/block-index.ts';
import { governanceRoutes } from '../../src/gateway/explorer/governance.ts';
import { blockRoutes } from '../../src/gateway/explorer/blocks.ts';
import { organisationRoutes } from '../../src/gateway/explorer/organisations.ts';
import { jsonScope } from '../../src/gateway/json-scope.ts';
import { transactionRoutes } from '../../src/gateway/ledger/transactions.ts';
import type { Operation } from '../../src/ledger/operations.ts';
import { votingPolicy } from '../../src/ledger/policy/policy.ts';
import { memberDirectory } from '../../src/network/directory.ts';
import { genesis, keyOf, memberOf, openGrant, openLedger, seedOf, temporaryFolder, transactionOf } from '../support/ledger.ts';

const folder = temporaryFolder();
const stop = new AbortController();
let ledger: EmbeddedLedger;
let app: FastifyInstance;

const send = async (sender: string, operation: Operation) => {
  const payload = Buffer.from(transactionOf(sender, [operation]));
  const answer = await app.inject({ method: 'POST', url: '/ledger/api/transactions', headers: { 'content-type': 'application/cbor' }, payload });
  return { status: answer.statusCode, body: answer.json() as { readonly hash: string; readonly height: number; readonly code?: string } };
};
const get = async <T>(path: string): Promise<T> => (await app.inject({ url: `/explorer/api${path}` })).json() as T;

beforeAll(async () => {
  const policy = { ...votingPolicy, votingPeriod: 366 * 86_400_000 };
  const validators = [{ org: 'hospital', key: keyOf('hospital consensus'), power: 7 }];
  unwrap(await createGenesis(folder.path, { ...genesis, policy, validators }, seedOf('node')));
  ledger = await openLedger(folder.path);
  app = fastify();
  const index = blockIndex(ledger, stop.signal, console.error);
  const deps = { ledger, directory: memberDirectory(ledger), index } as unknown as Parameters<typeof governanceRoutes>[1];
  await jsonScope(app, console.error, (scope) => {
    blockRoutes(scope, deps);
    organisationRoutes(scope, deps);
    governanceRoutes(scope, deps);
  });
  await transactionRoutes(app, ledger, console.error);
});
afterAll(async () => {
  stop.abort();
  await app.close();
  await ledger.close();
  folder[Symbol.dispose]();
});

describe('governance in the explorer', () => {
  test('from the proposal to what came of it', async () => {
    expect(await get<GovernanceView>('/governance')).toMatchObject({
      policy: { numerator: 1, denominator: 2, authority: 'none', regulators: 'vote' },
      activeMembers: 3,
      needed: 2,
      validators: [{ organisation: { id: 'hospital', name: 'The hospital' }, key: toHex(keyOf('hospital consensus')), power: 7 }],
      protocol: { version: 1, next: null },
      total: 0,
      proposals: [],
    });

    const proposed = await send('hospital', { op: 'governance.propose', action: { op: 'membership.suspend', org: 'clinic' } });
    expect(proposed.status).toBe(200);
    await send('clinic', { op: 'governance.vote', proposal: 1, vote: 'reject' });
    expect(await get<GovernanceProposal>('/governance/1')).toMatchObject({
      number: 1,
      proposer: { id: 'hospital', name: 'The hospital' },
      sentence: 'Suspend The clinic',
      action: { op: 'membership.suspend', organisation: { id: 'clinic', name: 'The clinic' } },
      status: 'open',
      opened: { height: proposed.body.height },
      closed: null,
      approvals: 1,
      rejections: 1,
      votes: [
        { organisation: { id: 'hospital' }, vote: 'approve', counts: true },
        { organisation: { id: 'clinic' }, vote: 'reject', counts: true },
      ],
    });

    const deciding = await send('regulator', { op: 'governance.vote', proposal: 1, vote: 'approve' });
    expect(await get<GovernanceProposal>('/governance/1')).toMatchObject({
      status: 'executed',
      closed: { height: deciding.body.height },
      approvals: 2,
    });
    expect(await send('clinic', openGrant())).toMatchObject({ status: 403, body: { code: 'ledger.not-a-member' } });
    const clinic = await get<MemberDetail>('/organisations/clinic');
    expect(clinic.status).toBe('suspended');
    expect(clinic.history.map(({ event, height }) => [event, height])).toEqual([
      ['suspended', deciding.body.height],
      ['admitted', 0],
    ]);
  });

  test('the operation within a proposal is shown field by field, each with its class', async () => {
    const { body } = await send('hospital', { op: 'governance.propose', action: { op: 'membership.admit', ...memberOf('pharmacy', 'pharmacy') } });
    const { operations } = await get<TransactionDetail>(`/transactions/${body.hash}`);
    expect(operations[0]).toMatchObject({
      module: 'governance',
      action: 'propose',
      sentence: 'Proposed: Admit The pharmacy (pharmacy) to the network',
    });
    expect(operations[0]!.fields).toContainEqual({ name: 'action.op', class: 'code', value: 'membership.admit' });
    expect(operations[0]!.fields).toContainEqual({ name: 'action.signingKey', class: 'key', value: toHex(keyOf('pharmacy')) });
  });

  test('a failed one says why; pages go from the newest back', async () => {
    await send('regulator', { op: 'governance.propose', action: { op: 'membership.suspend', org: 'clinic' } });
    await send('hospital', { op: 'governance.vote', proposal: 3, vote: 'approve' });
    const { proposals, total } = await get<GovernanceView>('/governance?limit=2');
    expect(total).toBe(3);
    expect(proposals.map(({ number, status, failure }) => [number, status, failure])).toEqual([
      [3, 'failed', 'ledger.member-status'],
      [2, 'open', null],
    ]);
    expect((await get<GovernanceView>('/governance?before=2')).proposals.map(({ number }) => number)).toEqual([1]);
    for (const number of ['4', '0', 'x', '9999999999999999'])
      expect((await app.inject({ url: `/explorer/api/governance/${number}` })).statusCode, number).toBe(404);
  });

  test('a transaction comes from this machine, as CBOR, and within its limit', async () => {
    const post = (headers: Record<string, string>, payload: Buffer, remoteAddress = '127.0.0.1') =>
      app.inject({ method: 'POST', url: '/ledger/api/transactions', headers, payload, remoteAddress });
    const cbor = { 'content-type': 'application/cbor' };
    const good = Buffer.from(transactionOf('hospital', [openGrant()]));
    expect((await post(cbor, good, '192.0.2.7')).statusCode).toBe(404);
    expect((await post({ 'content-type': 'application/json' }, Buffer.from('{}'))).statusCode).toBe(415);
    expect((await post(cbor, Buffer.alloc(262_145))).statusCode).toBe(413);
    expect((await post(cbor, Buffer.from('hello'))).json()).toMatchObject({ code: 'ledger.malformed' });
    expect((await post(cbor, good)).statusCode).toBe(200);
  });
});
