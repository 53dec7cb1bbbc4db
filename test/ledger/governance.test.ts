import { beforeEach, describe, expect, it } from 'vitest';
import { fromUtf8, toHex } from '../../src/base/bytes.ts';
import { unwrap } from '../../src/base/result.ts';
import { decodeTally } from '../../src/ledger/ballots/state.ts';
import { MAX_OPEN } from '../../src/ledger/governance/propose.ts';
import { proposalNow } from '../../src/ledger/governance/history.ts';
import type { Action } from '../../src/ledger/governance/operations.ts';
import { decodeProposal, decodeProposalCount } from '../../src/ledger/governance/state.ts';
import type { Genesis } from '../../src/ledger/genesis/genesis.ts';
import { decodeMember, decodeMemberList, signerValue } from '../../src/ledger/membership/state.ts';
import { decodeMemberHistory } from '../../src/ledger/membership/history.ts';
import type { Operation } from '../../src/ledger/operations.ts';
import { votingPolicy, type Policy } from '../../src/ledger/policy/policy.ts';
import { checkTransaction } from '../../src/ledger/transaction/check.ts';
import { decodeValidator } from '../../src/ledger/validators/state.ts';
import { genesis, keyOf, memberOf, NOW, openGrant, transactionOf } from '../support/ledger.ts';
import { StateMachine } from '../support/state-machine.ts';

const refused = (code: string) => ({ ok: false, error: { code } });
const orgs = ['a', 'b', 'c', 'd', 'e'] as const;
const validatorOf = (org: string, power = 10) => ({ org, key: keyOf(`${org} consensus`), power });
const network = (policy: Partial<Policy> = {}, changes: Partial<Genesis> = {}): Genesis => ({
  ...genesis,
  members: orgs.map((org) => memberOf(org, org === 'e' ? 'regulator' : 'hospital')),
  validators: orgs.slice(0, 4).map((org) => validatorOf(org)),
  policy: { ...votingPolicy, ...policy },
  ...changes,
});
const admitF: Action = { op: 'membership.admit', ...memberOf('f', 'pharmacy') };
const suspendB: Action = { op: 'membership.suspend', org: 'b' };

class Network extends StateMachine {
  propose(sender: string, action: Action, time?: number) {
    return this.send(sender, [{ op: 'governance.propose', action }], time === undefined ? {} : { time });
  }
  vote(sender: string, proposal: number, vote: 'approve' | 'reject' = 'approve', time?: number) {
    return this.send(sender, [{ op: 'governance.vote', proposal, vote }], time === undefined ? {} : { time });
  }
  proposal(number: number) {
    return unwrap(decodeProposal(this.get(`proposals/${number}`)!));
  }
  tally(number: number) {
    return unwrap(decodeTally(this.get(`tallies/${number}`)!));
  }
  member(org: string) {
    return unwrap(decodeMember(this.get(`members/${org}`)!));
  }
  get members() {
    return decodeMemberList(this.get('members'));
  }
}

let machine: Network;
beforeEach(() => {
  machine = new Network(network());
});
/** Proposed by the first, approved by the others. */
const decide = (action: Action, voters: readonly string[] = ['a', 'c', 'd']): number => {
  unwrap(machine.propose(voters[0]!, action));
  const number = decodeProposalCount(machine.get('proposals'));
  for (const voter of voters.slice(1)) unwrap(machine.vote(voter, number));
  return number;
};

describe('deciding together', () => {
  it('executes in the block of the deciding vote, not before', () => {
    unwrap(machine.propose('a', admitF));
    unwrap(machine.vote('b', 1));
    expect(machine.members).not.toContain('f');
    expect(machine.proposal(1)).toMatchObject({ org: 'a', action: admitF, status: 'open', closedHeight: 0 });
    unwrap(machine.vote('c', 1));
    expect(machine.members).toContain('f');
    expect(machine.proposal(1)).toMatchObject({ status: 'executed', height: 1, closedHeight: 3, closedTime: NOW, failure: 'none' });
    expect(machine.send('f', [openGrant()]).ok).toBe(true);
  });

  it('lets nobody act alone where the policy says votes: not the regulator, not the authority', () => {
    for (const sender of ['e', 'authority', 'a'])
      for (const action of [
        admitF,
        suspendB,
        { op: 'validators.set', ...validatorOf('e') } as const,
        { op: 'governance.set-policy', ...votingPolicy } as const,
      ])
        expect(machine.send(sender, [action])).toMatchObject(refused('ledger.not-permitted'));
    expect(machine.propose('authority', admitF)).toMatchObject(refused('ledger.not-permitted'));
    expect(machine.vote('authority', 1)).toMatchObject(refused('ledger.not-permitted'));
  });

  it('lets those act alone whom the policy lets, until the members end it', () => {
    machine = new Network(network({ authority: 'direct' }));
    expect(machine.send('e', [admitF])).toMatchObject(refused('ledger.not-permitted'));
    expect(machine.send('authority', [admitF]).ok).toBe(true);
    decide({ op: 'governance.set-policy', ...votingPolicy }, ['a', 'b', 'c', 'd']);
    expect(machine.send('authority', [suspendB])).toMatchObject(refused('ledger.not-permitted'));
  });

  it('counts one vote for each member, the newest', () => {
    unwrap(machine.propose('a', admitF));
    unwrap(machine.vote('b', 1));
    unwrap(machine.vote('b', 1));
    unwrap(machine.vote('b', 1, 'reject'));
    unwrap(machine.vote('a', 1, 'reject'));
    unwrap(machine.vote('a', 1));
    expect(machine.tally(1)).toEqual({ approvals: 1, rejections: 1 });
    expect(machine.proposal(1).status).toBe('open');
  });

  it('ends a proposal that can’t pass any more', () => {
    unwrap(machine.propose('a', admitF));
    for (const org of ['b', 'c', 'd']) unwrap(machine.vote(org, 1, 'reject'));
    expect(machine.proposal(1)).toMatchObject({ status: 'rejected', closedHeight: 4 });
    expect(machine.vote('e', 1)).toMatchObject({ ok: false, error: { code: 'ledger.proposal-closed', data: { status: 'rejected' } } });
  });

  it('asks for more than the threshold of the policy, whatever the denominator', () => {
    machine = new Network(network({ numerator: 3, denominator: 5 }));
    const number = decide(admitF, ['a', 'b', 'c']);
    expect(machine.proposal(number).status).toBe('open');
    unwrap(machine.vote('d', number));
    expect(machine.proposal(number).status).toBe('executed');
  });

  it('decides at once in a network of one', () => {
    machine = new Network(network({}, { members: [memberOf('a', 'hospital')], validators: [] }));
    unwrap(machine.propose('a', admitF));
    expect(machine.members).toEqual(['a', 'f']);
  });

  it('is over when the voting period is, by the time of blocks', () => {
    machine = new Network(network({ votingPeriod: 60_000, openProposals: 1 }));
    unwrap(machine.propose('a', admitF, NOW));
    unwrap(machine.vote('b', 1, 'approve', NOW + 60_000));
    expect(machine.vote('c', 1, 'approve', NOW + 60_001)).toMatchObject({
      ok: false,
      error: { code: 'ledger.proposal-closed', data: { status: 'expired' } },
    });
    expect(machine.members).not.toContain('f');
    unwrap(machine.propose('a', admitF, NOW + 60_001));
    expect(machine.proposal(1).status).toBe('expired');
    expect(machine.proposal(2)).toMatchObject({ status: 'open', until: NOW + 120_001 });
  });

  it('is over for readers too from the first block after its end on, noted or not, and no change of the members decides it', async () => {
    machine = new Network(network({ votingPeriod: 60_000, regulators: 'direct' }));
    const read = () =>
      proposalNow({ head: () => ({ ...machine.state, height: machine.state.height }) as never, get: async (key) => machine.get(fromUtf8(key)) }, 1);
    unwrap(machine.propose('a', admitF, NOW));
    unwrap(machine.vote('b', 1, 'approve', NOW + 60_000));
    expect(await read()).toMatchObject({ status: 'open', closedHeight: 0, tally: { approvals: 2 } });
    unwrap(machine.send('c', [openGrant()], { time: NOW + 60_001 }));
    expect(await read()).toMatchObject({ status: 'expired', closedHeight: 0 });
    expect(machine.proposal(1).status).toBe('open');
    // Two of three would be enough now.
    for (const org of ['c', 'd']) unwrap(machine.send('e', [{ op: 'membership.suspend', org }], { time: NOW + 60_002 }));
    for (const voter of ['a', 'e'])
      expect(machine.vote(voter, 1, 'approve', NOW + 60_003)).toMatchObject({ ok: false, error: { data: { status: 'expired' } } });
    expect(machine.send('a', [{ op: 'governance.withdraw', proposal: 1 }], { time: NOW + 60_003 })).toMatchObject(refused('ledger.proposal-closed'));
    expect(await read()).toMatchObject({ status: 'expired', tally: { approvals: 2 } });
    unwrap(machine.propose('b', suspendB, NOW + 60_004));
    expect(machine.members).not.toContain('f');
    expect(await read()).toMatchObject({ status: 'expired', closedHeight: machine.state.height, until: NOW + 60_000 });
  });

  it('lets the proposer, and nobody else, take a proposal back', () => {
    unwrap(machine.propose('a', admitF));
    expect(machine.send('b', [{ op: 'governance.withdraw', proposal: 1 }])).toMatchObject(refused('ledger.not-permitted'));
    expect(machine.send('a', [{ op: 'governance.withdraw', proposal: 1 }]).ok).toBe(true);
    expect(machine.vote('b', 1)).toMatchObject(refused('ledger.proposal-closed'));
    expect(machine.send('a', [{ op: 'governance.withdraw', proposal: 1 }])).toMatchObject(refused('ledger.proposal-closed'));
    expect(machine.vote('b', 7)).toMatchObject(refused('ledger.unknown-proposal'));
  });

  it('ends a proposal as failed when its action is refused at that moment, without any effect', () => {
    unwrap(machine.propose('a', admitF));
    unwrap(machine.propose('b', admitF));
    for (const voter of ['b', 'c']) unwrap(machine.vote(voter, 1));
    const before = machine.get('members/f');
    for (const voter of ['a', 'c', 'd']) unwrap(machine.vote(voter, 2));
    expect(machine.proposal(2)).toMatchObject({ status: 'failed', failure: 'ledger.member-exists' });
    expect(machine.get('members/f')).toEqual(before);
  });

  it('limits what one member, and all together, may have open', () => {
    machine = new Network(network({ openProposals: 2 }));
    unwrap(machine.propose('a', admitF));
    unwrap(machine.propose('a', suspendB));
    expect(machine.propose('a', admitF)).toMatchObject(refused('ledger.too-many-proposals'));
    expect(machine.propose('b', admitF).ok).toBe(true);
    unwrap(machine.send('a', [{ op: 'governance.withdraw', proposal: 1 }]));
    expect(machine.propose('a', admitF).ok).toBe(true);

    machine = new Network(network({ openProposals: 16 }));
    const results = orgs.flatMap((org) => Array.from({ length: 16 }, () => machine.propose(org, admitF).ok));
    expect(results.filter(Boolean)).toHaveLength(MAX_OPEN);
  });
});

describe('membership by decision', () => {
  it('refuses a suspended member’s transactions from the next block on, and counts its votes no more', () => {
    unwrap(machine.propose('b', admitF));
    unwrap(machine.propose('a', suspendB));
    unwrap(machine.vote('c', 2));
    // One block: the deciding vote, and before it what the member still could do.
    const checked = (sender: string, operations: Parameters<typeof transactionOf>[1]) =>
      unwrap(checkTransaction(transactionOf(sender, operations), genesis.chainId));
    const { results, validatorUpdates } = machine.execute([
      checked('b', [openGrant()]),
      checked('d', [{ op: 'governance.vote', proposal: 2, vote: 'approve' }]),
    ]);
    expect(results.map(({ ok }) => ok)).toEqual([true, true]);
    expect(machine.member('b').status).toBe('suspended');
    expect(validatorUpdates).toEqual([{ key: keyOf('b consensus'), power: 0 }]);
    expect(machine.send('b', [openGrant()])).toMatchObject(refused('ledger.not-a-member'));
    expect(machine.vote('b', 1)).toMatchObject(refused('ledger.not-a-member'));
    // Four are active; b's approval is gone, so two of four are not enough and three are.
    unwrap(machine.vote('a', 1));
    unwrap(machine.vote('c', 1));
    expect(machine.tally(1)).toEqual({ approvals: 2, rejections: 0 });
    expect(machine.proposal(1).status).toBe('open');

    decide({ op: 'membership.reinstate', org: 'b' }, ['a', 'c', 'd']);
    expect(machine.tally(1)).toEqual({ approvals: 3, rejections: 0 });
    expect(machine.send('b', [openGrant()]).ok).toBe(true);
    expect(unwrap(decodeValidator(machine.get('validators/b')!)).power).toBe(0);
    unwrap(machine.vote('c', 1));
    expect(machine.proposal(1).status).toBe('executed');
  });

  it('looks at every transaction of a block as the ones before it left the members', () => {
    machine = new Network(network({ regulators: 'direct' }));
    const checked = (sender: string, ...operations: Operation[]) => unwrap(checkTransaction(transactionOf(sender, operations), genesis.chainId));
    const keys = { signingKey: keyOf('c2'), hpkeKey: keyOf('c2 hpke'), tlsKey: keyOf('c2 tls') };
    const { results } = machine.execute([
      checked('b', openGrant()),
      checked('c', openGrant()),
      checked('f', openGrant()),
      checked('e', suspendB, admitF, { op: 'membership.rotate-keys', org: 'c', ...keys }),
      checked('b', openGrant()),
      checked('c', openGrant()),
      checked('c2', openGrant()),
      checked('f', openGrant()),
      checked('e', { op: 'membership.reinstate', org: 'b' }),
      checked('b', openGrant()),
      checked('d', { op: 'membership.leave', org: 'd' }),
      checked('d', openGrant()),
    ]);
    expect(results.map(({ ok }) => ok)).toEqual([true, true, false, true, false, false, true, true, true, true, true, false]);
  });

  it('gives a member that lost its keys new ones; the old never sign again', () => {
    const keys = { signingKey: keyOf('b2'), hpkeKey: keyOf('b2 hpke'), tlsKey: keyOf('b2 tls') };
    decide({ op: 'membership.rotate-keys', org: 'b', ...keys });
    expect(machine.send('b', [openGrant()])).toMatchObject(refused('ledger.not-a-member'));
    expect(machine.send('b2', [openGrant()]).ok).toBe(true);
    expect(decodeMemberHistory(machine.get('member-history/b')).map(({ event, height, signingKey }) => [event, height, toHex(signingKey)])).toEqual([
      ['admitted', 0, toHex(keyOf('b'))],
      ['keys-rotated', 3, toHex(keyOf('b2'))],
    ]);
  });

  it('lets a member leave by itself, its validator with it, for good', () => {
    expect(machine.send('a', [{ op: 'membership.leave', org: 'b' }])).toMatchObject(refused('ledger.not-permitted'));
    unwrap(machine.propose('b', admitF));
    const left = machine.execute([unwrap(checkTransaction(transactionOf('b', [{ op: 'membership.leave', org: 'b' }]), genesis.chainId))]);
    expect(left.validatorUpdates).toEqual([{ key: keyOf('b consensus'), power: 0 }]);
    expect(machine.member('b').status).toBe('left');
    // Whoever looks at the key alone sees that it ended.
    expect(unwrap(signerValue.decode(machine.get(`signers/${toHex(keyOf('b'))}`)!))).toMatchObject({ org: 'b', until: machine.state.height });
    expect(machine.tally(1)).toEqual({ approvals: 0, rejections: 0 });
    expect(machine.send('b', [openGrant()])).toMatchObject(refused('ledger.not-a-member'));
    for (const action of [
      { op: 'membership.reinstate', org: 'b' },
      { op: 'membership.suspend', org: 'b' },
    ] as const)
      expect(machine.proposal(decide(action))).toMatchObject({ status: 'failed', failure: 'ledger.member-status' });
  });

  it('keeps somebody who can decide: the last active member neither leaves nor is suspended', () => {
    machine = new Network(network({ authority: 'direct' }, { members: [memberOf('a', 'hospital')], validators: [] }));
    expect(machine.send('a', [{ op: 'membership.leave', org: 'a' }])).toMatchObject(refused('ledger.last-member'));
    expect(machine.send('authority', [{ op: 'membership.suspend', org: 'a' }])).toMatchObject(refused('ledger.last-member'));
  });
});

describe('validators by decision', () => {
  const set = (org: string, power: number, key = keyOf(`${org} consensus`)): Action => ({ op: 'validators.set', org, key, power });

  it('tells the consensus what changed, in the block of the decision', () => {
    unwrap(machine.propose('a', set('e', 10)));
    unwrap(machine.vote('b', 1));
    const vote = unwrap(checkTransaction(transactionOf('c', [{ op: 'governance.vote', proposal: 1, vote: 'approve' }]), genesis.chainId));
    expect(machine.execute([vote]).validatorUpdates).toEqual([{ key: keyOf('e consensus'), power: 10 }]);
  });

  it('replaces a key by ending the old one', () => {
    unwrap(machine.propose('a', set('b', 10, keyOf('b consensus 2'))));
    unwrap(machine.vote('b', 1));
    const vote = unwrap(checkTransaction(transactionOf('c', [{ op: 'governance.vote', proposal: 1, vote: 'approve' }]), genesis.chainId));
    const { validatorUpdates } = machine.execute([vote]);
    expect(new Map(validatorUpdates.map(({ key, power }) => [toHex(key), power]))).toEqual(
      new Map([
        [toHex(keyOf('b consensus')), 0],
        [toHex(keyOf('b consensus 2')), 10],
      ]),
    );
    expect(validatorUpdates.map(({ key }) => toHex(key))).toEqual(validatorUpdates.map(({ key }) => toHex(key)).toSorted());
  });

  const impossible: readonly (readonly [string, Action, string])[] = [
    ['a key of another organisation', set('e', 1, keyOf('a consensus')), 'ledger.key-in-use'],
    ['a key that another organisation had once', set('e', 1, keyOf('d consensus')), 'ledger.key-in-use'],
    ['more power than all others together', set('e', 31), 'ledger.validator-limit'],
    ['more power than the limit', set('e', 2_000_000), 'ledger.validator-limit'],
    ['the end of what is not there', set('e', 0), 'ledger.unknown-validator'],
    ['a stranger', set('f', 1), 'ledger.unknown-member'],
    ['a key that no signature can be of', set('e', 1, new Uint8Array(32)), 'ledger.malformed'],
  ];
  for (const [what, action, code] of impossible)
    it(`refuses ${what}`, () => {
      decide(set('d', 0));
      expect(machine.proposal(decide(action))).toMatchObject({ status: 'failed', failure: code });
    });

  it('never ends the last one, by whatever way', () => {
    for (const org of ['b', 'c', 'd']) decide(set(org, 0));
    expect(machine.proposal(decide(set('a', 0)))).toMatchObject({ status: 'failed', failure: 'ledger.last-validator' });
    expect(machine.proposal(decide({ op: 'membership.suspend', org: 'a' }))).toMatchObject({ status: 'failed', failure: 'ledger.last-validator' });
    expect(machine.send('a', [{ op: 'membership.leave', org: 'a' }])).toMatchObject(refused('ledger.last-validator'));
    expect(machine.member('a').status).toBe('active');
  });
});

describe('upgrades', () => {
  const upgrade = (version: number, height: number): Action => ({ op: 'governance.upgrade', version, hash: keyOf('release'), height });

  it('stops software that does not know the rules, at the height and not before', () => {
    decide(upgrade(2, 5));
    expect(machine.state.height).toBe(3);
    unwrap(machine.send('a', [openGrant()]));
    unwrap(machine.send('a', [openGrant()]));
    expect(machine.state.height).toBe(5);
    expect(() => machine.send('a', [openGrant()])).toThrow(
      expect.objectContaining({ code: 'ledger.upgrade-needed', data: { version: 2, height: 6 } }),
    );
  });

  it('can be called off in time; neither versions nor heights go back', () => {
    decide(upgrade(2, 8));
    decide(upgrade(1, 8));
    for (let height = machine.state.height; height < 10; height++) unwrap(machine.send('a', [openGrant()]));
    for (const action of [upgrade(0, 1_000), upgrade(2, 3)])
      expect(machine.proposal(decide(action))).toMatchObject({ status: 'failed', failure: 'ledger.bad-upgrade' });
  });
});
