/** Four organisations in processes of their own decide about each other: members, validators, keys, each from its own home. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { GovernanceProposal, GovernanceView } from '../../src/contract/explorer.ts';
import { cometbftOf } from '../support/cometbft.ts';
import { newNetwork, type TestNetwork } from '../support/network.ts';

describe.skipIf(cometbftOf('0.40') === undefined)('deciding in a network of validators', { timeout: 180_000 }, () => {
  let network: TestNetwork;
  beforeAll(async () => {
    network = await newNetwork();
    await network.up();
  }, 180_000);
  afterAll(async () => {
    await network?.[Symbol.asyncDispose]();
  });

  const governance = async <T>(org: string, ...args: readonly string[]): Promise<T> => {
    const { code, stdout, stderr } = await network.cli('governance', ...args, '--home', network.directory, '--org', org, '--json');
    expect({ code, stderr }, stdout).toEqual({ code: 0, stderr: '' });
    return JSON.parse(stdout) as T;
  };
  /** Proposed by the first, approved by the others; the deciding vote executes it. */
  const decide = async ([first, ...others]: readonly [string, ...string[]], ...action: readonly string[]): Promise<GovernanceProposal> => {
    let proposal = await governance<GovernanceProposal>(first, 'propose', ...action);
    for (const org of others) proposal = await governance<GovernanceProposal>(org, 'vote', `${proposal.number}`, 'approve');
    return proposal;
  };
  /** With which power each validator votes, as the engine has it: the largest first. */
  const voting = async (): Promise<readonly number[]> => {
    const { url } = await network.validator('a');
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'validators', params: {} });
    const answer = await fetch(`${url}/consensus`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    const { result } = (await answer.json()) as { readonly result: { readonly validators: readonly { readonly voting_power: string }[] } };
    return result.validators.map(({ voting_power }) => Number(voting_power));
  };
  const powers = async () => Object.fromEntries((await network.status()).validators.map(({ id, power }) => [id, power]));

  it('a suspended member is refused and its validator has no vote; the others go on without it', async () => {
    expect(await decide(['a', 'b', 'c'], 'suspend', 'd')).toMatchObject({ status: 'executed', approvals: 3 });
    await network.until('d has no power', ({ validators }) => validators.find(({ id }) => id === 'd')!.power === 0);
    await expect(network.submit('d')).rejects.toThrow('ledger.not-a-member');
    await network.submit('a', 3);
    await expect.poll(voting, { timeout: 30_000 }).toEqual([10, 10, 10]);
    const { validators, activeMembers, needed } = await governance<GovernanceView>('b', 'list');
    expect(validators.map(({ organisation }) => organisation.id)).toEqual(['a', 'b', 'c']);
    expect({ activeMembers, needed }).toEqual({ activeMembers: 3, needed: 2 });
    await network.agreed();
  });

  it('it comes back: as a member first, then as a validator with its own consensus key', async () => {
    await decide(['a', 'b'], 'reinstate', 'd');
    await network.submit('d');
    expect((await powers())['d']).toBe(0);
    const { validatorKey } = await governance<{ readonly validatorKey: string }>('d', 'keys');
    await decide(['b', 'c', 'd'], 'validator', 'd', '--power', '10', '--key', validatorKey);
    await network.until('d votes again', ({ validators }) => validators.find(({ id }) => id === 'd')!.power === 10);
    await network.submit('d', 3);
    await expect.poll(voting, { timeout: 30_000 }).toEqual([10, 10, 10, 10]);
    await network.agreed();
  });

  it('a member leaves with its validator; the history says so everywhere', async () => {
    await governance('c', 'leave', '--yes');
    await network.until('c has no power', ({ validators }) => validators.find(({ id }) => id === 'c')!.power === 0);
    await expect(network.submit('c')).rejects.toThrow('ledger.not-a-member');
    await network.submit('a');
    const views = await Promise.all(['a', 'b', 'c', 'd'].map((org) => governance<GovernanceView>(org, 'list')));
    for (const { proposals, activeMembers } of views) {
      expect(activeMembers).toBe(3);
      expect(proposals.map(({ sentence, status }) => [sentence, status])).toEqual([
        ['Give The d a validator with power 10', 'executed'],
        ['End the suspension of The d', 'executed'],
        ['Suspend The d', 'executed'],
      ]);
    }
  });

  it('somebody new is admitted with the keys that it hands over', async () => {
    const folder = path.join(network.directory, '..');
    const made = await network.cli('governance', 'keys', '--new', path.join(folder, 'e'), '--org', 'e', '--name', 'The e', '--kind', 'clinic');
    expect(made).toMatchObject({ code: 0, stderr: '' });
    const file = path.join(folder, 'e.json');
    writeFileSync(file, made.stdout);
    expect(await decide(['a', 'b'], 'admit', file)).toMatchObject({
      status: 'executed',
      action: { organisation: { id: 'e', name: 'The e' }, kind: 'clinic' },
    });
    expect((await governance<GovernanceView>('a', 'list')).activeMembers).toBe(4);
  });

  it('an organisation that lost its keys gets new ones by decision; the old ones sign no more', async () => {
    const folder = path.join(network.directory, '..');
    const made = await network.cli('governance', 'keys', '--new', path.join(folder, 'd2'), '--org', 'd', '--name', 'The d', '--kind', 'hospital');
    const file = path.join(folder, 'd2.json');
    writeFileSync(file, made.stdout);
    expect(await decide(['a', 'b', 'd'], 'rotate-keys', file)).toMatchObject({ status: 'executed' });
    await expect(network.submit('d')).rejects.toThrow('ledger.not-a-member');
    const again = await network.cli('governance', 'keys', '--new', path.join(folder, 'd2'), '--org', 'd', '--name', 'The d', '--kind', 'hospital');
    expect(again).toMatchObject({ code: 2, stderr: expect.stringContaining('already') });
  });
});
