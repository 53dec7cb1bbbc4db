import { beforeEach, describe, expect, it } from 'vitest';
import { unwrap } from '../../src/base/result.ts';
import { decodeMember, decodeMemberList } from '../../src/ledger/membership/state.ts';
import type { Operation } from '../../src/ledger/operations.ts';
import { keyOf, memberOf, openGrant } from '../support/ledger.ts';
import { StateMachine } from '../support/state-machine.ts';

const admit = (org: string): Operation => ({ op: 'membership.admit', ...memberOf(org, 'pharmacy') });
const suspend = (org: string): Operation => ({ op: 'membership.suspend', org });
const rotate = (org: string, label: string): Operation => ({
  op: 'membership.rotate-keys',
  org,
  signingKey: keyOf(label),
  hpkeKey: keyOf(`${label} hpke`),
  tlsKey: keyOf(`${label} tls`),
});
const refused = (code: string) => ({ ok: false, error: { code } });

describe('membership', () => {
  let machine: StateMachine;
  beforeEach(() => {
    machine = new StateMachine();
  });

  it('starts with the members of the genesis', () => {
    expect(decodeMemberList(machine.get('members'))).toEqual(['hospital', 'clinic', 'regulator']);
    expect(unwrap(decodeMember(machine.get('members/clinic')!))).toMatchObject({
      name: 'The clinic',
      kind: 'clinic',
      status: 'active',
      admittedHeight: 0,
    });
  });

  for (const governor of ['regulator', 'authority'])
    it(`lets the ${governor} admit a member, who then may act`, () => {
      expect(machine.send('pharmacy', [openGrant()])).toMatchObject(refused('ledger.not-a-member'));
      expect(machine.send(governor, [admit('pharmacy')]).ok).toBe(true);
      expect(machine.send('pharmacy', [openGrant()]).ok).toBe(true);
      expect(decodeMemberList(machine.get('members'))).toContain('pharmacy');
    });

  it('lets nobody else govern', () => {
    expect(machine.send('hospital', [admit('pharmacy')])).toMatchObject(refused('ledger.not-permitted'));
    expect(machine.send('hospital', [suspend('clinic')])).toMatchObject(refused('ledger.not-permitted'));
    expect(machine.send('hospital', [rotate('clinic', 'new')])).toMatchObject(refused('ledger.not-permitted'));
    expect(machine.send('stranger', [admit('pharmacy')])).toMatchObject(refused('ledger.not-a-member'));
  });

  it('refuses an id twice and a key twice', () => {
    expect(machine.send('regulator', [admit('hospital')])).toMatchObject(refused('ledger.member-exists'));
    expect(machine.send('regulator', [{ ...admit('pharmacy'), signingKey: keyOf('hospital') } as Operation])).toMatchObject(
      refused('ledger.key-in-use'),
    );
  });

  it('refuses the transactions of a suspended member', () => {
    expect(machine.send('regulator', [suspend('clinic')]).ok).toBe(true);
    expect(machine.send('clinic', [openGrant()])).toMatchObject(refused('ledger.not-a-member'));
    expect(machine.send('regulator', [suspend('nobody')])).toMatchObject(refused('ledger.unknown-member'));
    expect(machine.send('regulator', [suspend('regulator')])).toMatchObject(refused('ledger.not-permitted'));
  });

  it('replaces keys: the new one signs, the old one never again', () => {
    expect(machine.send('hospital', [rotate('hospital', 'second')]).ok).toBe(true);
    expect(machine.send('hospital', [openGrant()])).toMatchObject(refused('ledger.not-a-member'));
    expect(machine.send('second', [openGrant()]).ok).toBe(true);
    expect(machine.send('second', [rotate('hospital', 'hospital')])).toMatchObject(refused('ledger.key-in-use'));
    expect(machine.send('regulator', [rotate('hospital', 'third')]).ok).toBe(true);
    expect(machine.send('third', [openGrant()]).ok).toBe(true);
  });

  it('keeps the authority to membership', () => {
    expect(machine.send('authority', [openGrant()])).toMatchObject(refused('ledger.not-permitted'));
  });
});
