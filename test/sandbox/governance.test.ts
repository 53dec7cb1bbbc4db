/** The organisations of a running sandbox decide together, each with its own key, on the command line. */
import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { GovernanceProposal, GovernanceView, MemberDetail } from '../../src/contract/explorer.ts';
import { startSandbox, temporaryDirectory, type TestSandbox } from '../support/sandbox.ts';

const folder = temporaryDirectory();
let sandbox: TestSandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ people: 2 });
});
afterAll(async () => {
  await sandbox?.[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

const governance = async <T>(...args: readonly string[]): Promise<T> => {
  const { code, stdout, stderr } = await sandbox.cli('governance', ...args, '--json');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout) as T;
};

describe('deciding on the command line', () => {
  test('a majority suspends a member, whose transactions are then refused, and takes it back', async () => {
    const { activeMembers, needed, total } = await governance<GovernanceView>('list');
    expect({ activeMembers, needed, total }).toEqual({ activeMembers: 5, needed: 3, total: 0 });

    const { number, status } = await governance<GovernanceProposal>('propose', 'suspend', 'northside-clinic', '--org', 'city-hospital');
    expect(status).toBe('open');
    await governance('vote', `${number}`, 'approve', '--org', 'st-marys');
    const others = (await governance<GovernanceView>('list')).proposals[0]!.votes.map(({ organisation }) => organisation.id);
    expect(others).toEqual(['city-hospital', 'st-marys']);
    const ids = ((await (await fetch(`${sandbox.hub}/explorer/api/organisations`)).json()) as { organisations: { id: string }[] }).organisations.map(
      ({ id }) => id,
    );
    const third = ids.find((id) => !['city-hospital', 'st-marys', 'northside-clinic'].includes(id))!;
    expect((await governance<GovernanceProposal>('vote', `${number}`, 'approve', '--org', third)).status).toBe('executed');

    const refused = await sandbox.cli('governance', 'propose', 'suspend', 'st-marys', '--org', 'northside-clinic');
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('ledger.not-a-member') });

    const back = await governance<GovernanceProposal>('propose', 'reinstate', 'northside-clinic', '--org', 'st-marys');
    for (const org of ['city-hospital', third]) await governance('vote', `${back.number}`, 'approve', '--org', org);
    const clinic = (await (await fetch(`${sandbox.hub}/explorer/api/organisations/northside-clinic`)).json()) as MemberDetail;
    expect(clinic.status).toBe('active');
    expect(clinic.history.map(({ event }) => event)).toEqual(['reinstated', 'suspended', 'admitted']);
  });

  test('admission from a file of keys; withdrawn, a proposal is over', async () => {
    const file = path.join(folder, 'keys.json');
    const keys = await governance<Record<string, string>>('keys', '--org', 'city-hospital');
    writeFileSync(file, JSON.stringify({ ...keys, org: 'eastside', name: 'Eastside Hospital', kind: 'hospital' }));
    const { number, sentence } = await governance<GovernanceProposal>('propose', 'admit', file, '--org', 'st-marys');
    expect(sentence).toBe('Admit Eastside Hospital (hospital) to the network');
    expect((await sandbox.cli('governance', 'withdraw', `${number}`, '--org', 'city-hospital')).stderr).toContain('ledger.not-permitted');
    expect((await governance<GovernanceProposal>('withdraw', `${number}`, '--org', 'st-marys')).status).toBe('withdrawn');
    const shown = await sandbox.cli('governance', 'show', `${number}`);
    expect(shown.stdout).toContain(`Proposal ${number}: Admit Eastside Hospital`);
    expect(shown.stdout).toMatch(/withdrawn in block \d+/);
  });

  test('a policy is changed from what it is', async () => {
    const { number, action } = await governance<GovernanceProposal>('propose', 'policy', 'numerator=2', 'denominator=3', '--org', 'city-hospital');
    expect(action).toMatchObject({ op: 'governance.set-policy', policy: { numerator: 2, denominator: 3, authority: 'direct', regulators: 'vote' } });
    await governance('vote', `${number}`, 'reject', '--org', 'city-hospital');
    expect((await governance<GovernanceProposal>('show', `${number}`)).rejections).toBe(1);
    const older = await governance<GovernanceView>('list', '--before', `${number}`);
    expect(older.proposals.map((proposal) => proposal.number)).toEqual(Array.from({ length: number - 1 }, (_, at) => number - 1 - at));
  });
});
