/** Random governance on the state machine against a small model of it: who may decide what, when, and never twice. */
import { describe, expect, it } from 'vitest';
import { toHex } from '../../src/base/bytes.ts';
import { unwrap } from '../../src/base/result.ts';
import { decisionOf, type Tally } from '../../src/ledger/ballots/decision.ts';
import { decodeTally } from '../../src/ledger/ballots/state.ts';
import { approvalsNeeded } from '../../src/ledger/governance/history.ts';
import type { Action } from '../../src/ledger/governance/operations.ts';
import { decodeProposal, decodeProposalCount, proposalStatuses, type ProposalStatus } from '../../src/ledger/governance/state.ts';
import { decodeElectorate, decodeMember, decodeMemberList } from '../../src/ledger/membership/state.ts';
import type { Operation } from '../../src/ledger/operations.ts';
import { decodePolicy, votingPolicy, type Policy } from '../../src/ledger/policy/policy.ts';
import { checkTransaction, type CheckedTransaction } from '../../src/ledger/transaction/check.ts';
import { decodeValidator, decodeValidatorList } from '../../src/ledger/validators/state.ts';
import { genesis, keyOf, memberOf, NOW, transactionOf } from '../support/ledger.ts';
import { StateMachine } from '../support/state-machine.ts';

const orgs = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
const start = (policy: Partial<Policy>) => ({
  ...genesis,
  members: orgs.map((org) => memberOf(org, 'hospital')),
  validators: orgs.slice(0, 4).map((org) => ({ org, key: keyOf(`${org} consensus`), power: 10 })),
  policy: { ...votingPolicy, openProposals: 16, votingPeriod: 60_000, ...policy },
});

/** A generator of 32-bit numbers (mulberry32): the seed in the test's name repeats the run. */
function randomness(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let value = Math.imul(state ^ (state >>> 15), 1 | state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return ((value ^ (value >>> 14)) >>> 0) % below;
  };
}

const seeds = [Number(process.env['CARELEDGER_SEED'] ?? Math.floor(Math.random() * 2 ** 31)), 1, 2, 3];
const STEPS = 250;
/** Of all runs together: they are worth something only when they saw decisions of every kind. */
const outcomes = new Set<string>();

describe.each(seeds)('random governance, seed %i', (seed) => {
  const next = randomness(seed);
  const pick = <T>(list: readonly T[]): T => list[next(list.length)]!;
  let newcomers = 0;

  const action = (): Action => {
    const org = pick(orgs);
    switch (next(6)) {
      case 0:
        return { op: 'membership.admit', ...memberOf(`new-${newcomers++}`, 'clinic') };
      case 1:
        return { op: 'membership.suspend', org };
      case 2:
        return { op: 'membership.reinstate', org };
      case 3:
        return { op: 'validators.set', org, key: keyOf(`${pick(orgs)} consensus`), power: next(60) };
      case 4:
        return {
          op: 'governance.set-policy',
          ...votingPolicy,
          openProposals: 16,
          votingPeriod: 60_000,
          numerator: 1 + next(3),
          denominator: 2 + next(3),
        };
      default:
        return { op: 'membership.admit', ...memberOf(pick(orgs), 'clinic') };
    }
  };
  const operation = (proposals: number, sender: string): Operation => {
    // Mostly the newest, some that are closed or don't exist; every third proposal is unwelcome.
    const proposal = Math.max(1, proposals + 1 - next(next(10) === 0 ? proposals + 1 : 4));
    const kind = next(24);
    if (kind < 4) return { op: 'governance.propose', action: action() };
    if (kind === 4) return { op: 'governance.withdraw', proposal };
    if (kind === 5 && next(20) === 0) return { op: 'membership.leave', org: sender };
    return { op: 'governance.vote', proposal, vote: next(6) < (proposal % 3 === 0 ? 5 : 1) ? 'reject' : 'approve' };
  };

  it('holds what it promises after every block', () => {
    const machine = new StateMachine(start({}));
    const statuses = new Map<number, ProposalStatus>();
    const validators = new Map(orgs.slice(0, 4).map((org) => [toHex(keyOf(`${org} consensus`)), 10]));
    let time = NOW;
    for (let step = 0; step < STEPS; step++) {
      time += next(3_000);
      const count = decodeProposalCount(machine.get('proposals'));
      const block: CheckedTransaction[] = Array.from({ length: 1 + next(3) }, () => {
        const sender = pick(orgs);
        return unwrap(checkTransaction(transactionOf(sender, [operation(count, sender)]), genesis.chainId));
      });
      const electorate = decodeElectorate(machine.get('electorate'));
      const policy = unwrap(decodePolicy(machine.get('policy')!));
      const { accepted, validatorUpdates } = machine.execute(block, time);
      for (const { key, power } of validatorUpdates) {
        if (power === 0) expect(validators.delete(toHex(key)), 'only a validator is ended').toBe(true);
        else validators.set(toHex(key), power);
      }
      // With one transaction the electorate and the policy that decided are those before the block.
      check(accepted.length === 1 ? (tally) => decisionOf(tally, electorate, policy) : undefined);
    }
    function check(decision: ((tally: Tally) => string) | undefined): void {
      const members = decodeMemberList(machine.get('members')).map((org) => unwrap(decodeMember(machine.get(`members/${org}`)!)));
      const active = new Set(members.filter(({ status }) => status === 'active').map(({ org }) => org));
      expect(decodeElectorate(machine.get('electorate'))).toBe(active.size);
      expect(active.size).toBeGreaterThan(0);

      const powers = decodeValidatorList(machine.get('validators')).map((org) => unwrap(decodeValidator(machine.get(`validators/${org}`)!)));
      const voting = powers.filter(({ power }) => power > 0);
      expect(new Map(voting.map(({ key, power }) => [toHex(key), power])), 'the consensus knows the same validators').toEqual(validators);
      expect(voting.length).toBeGreaterThan(0);
      for (const { org } of voting) expect(active, 'a validator is an active member’s').toContain(org);

      for (let number = 1; number <= decodeProposalCount(machine.get('proposals')); number++) {
        const proposal = unwrap(decodeProposal(machine.get(`proposals/${number}`)!));
        const before = statuses.get(number) ?? 'open';
        if (before !== 'open') expect(proposal.status, 'what is decided stays decided').toBe(before);
        statuses.set(number, proposal.status);
        outcomes.add(proposal.status);
        const tally = unwrap(decodeTally(machine.get(`tallies/${number}`)!));
        if (proposal.status === 'open') expect(tally, `votes on proposal ${number}`).toEqual(countedAgain(number, active));
        const decided = { executed: 'passed', failed: 'passed', rejected: 'rejected' }[proposal.status as string];
        if (before !== 'open' || decided === undefined) continue;
        expect(proposal.closedHeight).toBe(machine.state.height);
        if (decision) expect(decision(tally), `proposal ${number} was decided by its votes`).toBe(decided);
      }
    }

    function countedAgain(number: number, active: ReadonlySet<string>) {
      let approvals = 0;
      let rejections = 0;
      for (const org of active) {
        const ballot = machine.get(`ballots/${number}/${org}`);
        if (ballot === undefined) continue;
        if (Buffer.from(ballot).includes('approve')) approvals++;
        else rejections++;
      }
      return { approvals, rejections };
    }
  });

  it('comes to the same outcomes and validators whatever the order of the votes', () => {
    // None of these changes who votes or how votes are counted: each is decided by its own votes alone.
    const proposed = ['e', 'f', 'g'].map((org): Action => ({ op: 'validators.set', org, key: keyOf(`${org} consensus`), power: 1 + next(9) }));
    const votes = orgs.flatMap((org) =>
      proposed.map((_, at) => ({ org, proposal: at + 1, vote: next(5) < 2 ? ('reject' as const) : ('approve' as const) })),
    );
    const shuffled = () =>
      votes
        .map((vote) => ({ vote, at: next(1_000_000) }))
        .toSorted((a, b) => a.at - b.at)
        .map(({ vote }) => vote);
    const outcomeOf = (order: typeof votes): unknown => {
      const machine = new StateMachine(start({}));
      for (const [at, one] of proposed.entries()) {
        unwrap(machine.send(orgs[at]!, [{ op: 'governance.propose', action: one }]));
        // What the proposer really thinks is among the votes.
        unwrap(
          machine.send(orgs[at]!, [
            { op: 'governance.vote', proposal: at + 1, vote: votes.find(({ org, proposal }) => org === orgs[at] && proposal === at + 1)!.vote },
          ]),
        );
      }
      for (const { org, proposal, vote } of order) machine.send(org, [{ op: 'governance.vote', proposal, vote }]);
      const statuses = proposed.map((_, at) => unwrap(decodeProposal(machine.get(`proposals/${at + 1}`)!)).status);
      const powers = ['e', 'f', 'g'].map((org) => machine.get(`validators/${org}`) !== undefined);
      return { statuses, powers };
    };
    const first = outcomeOf(votes);
    for (let round = 0; round < 5; round++) expect(outcomeOf(shuffled())).toEqual(first);
  });

  it('executes a replayed or repeated vote no second time', () => {
    const machine = new StateMachine(start({}));
    const admitted: Action = { op: 'membership.admit', ...memberOf('newcomer', 'clinic') };
    unwrap(machine.send('a', [{ op: 'governance.propose', action: admitted }]));
    unwrap(machine.send('b', [{ op: 'governance.vote', proposal: 1, vote: 'approve' }]));
    unwrap(machine.send('c', [{ op: 'governance.vote', proposal: 1, vote: 'approve' }]));
    const deciding = unwrap(
      checkTransaction(transactionOf(pick(['d', 'e', 'f', 'g']), [{ op: 'governance.vote', proposal: 1, vote: 'approve' }]), genesis.chainId),
    );
    const { results } = machine.execute([deciding, deciding]);
    expect(results).toMatchObject([{ ok: true }, { ok: false, error: { code: 'ledger.replayed' } }]);
    expect(machine.execute([deciding]).results).toMatchObject([{ ok: false, error: { code: 'ledger.replayed' } }]);
    expect(decodeMemberList(machine.get('members')).filter((org) => org === 'newcomer')).toHaveLength(1);
    expect(machine.send('g', [{ op: 'governance.vote', proposal: 1, vote: 'approve' }])).toMatchObject({
      ok: false,
      error: { code: 'ledger.proposal-closed' },
    });
  });
});

describe('counting', () => {
  it('was tried with every outcome', () => {
    for (const status of proposalStatuses) expect(outcomes).toContain(status);
  });

  it('passes with more than the share, rejects when that is out of reach, for every number of members', () => {
    for (let active = 1; active <= 30; active++)
      for (const [numerator, denominator] of [
        [1, 2],
        [2, 3],
        [3, 5],
        [99, 100],
      ] as const)
        for (let approvals = 0; approvals <= active; approvals++)
          for (let rejections = 0; approvals + rejections <= active; rejections++) {
            const decision = decisionOf({ approvals, rejections }, active, { ...votingPolicy, numerator, denominator });
            const share = (votes: number): boolean => BigInt(votes) * BigInt(denominator) > BigInt(numerator) * BigInt(active);
            expect(decision).toBe(share(approvals) ? 'passed' : share(active - rejections) ? 'open' : 'rejected');
            if (approvals === active) expect(decision).toBe('passed');
            const needed = approvalsNeeded({ ...votingPolicy, numerator, denominator }, active);
            expect(approvals >= needed).toBe(decision === 'passed');
          }
  });
});
