import { beforeEach, describe, expect, it } from 'vitest';
import { unwrap } from '../../src/base/result.ts';
import { signClose } from '../../src/ledger/grants/close.ts';
import { decodeGrant, isGrantOpen } from '../../src/ledger/grants/state.ts';
import { toHex } from '../../src/base/bytes.ts';
import { genesis, NOW, openGrant, random, seedOf, TODAY } from '../support/ledger.ts';
import { StateMachine } from '../support/state-machine.ts';

const DAY = 86_400_000;
const refused = (code: string) => ({ ok: false, error: { code } });
const close = (id: Uint8Array, key = 'control', chainId = genesis.chainId) => signClose(chainId, id, seedOf(key));

describe('grants', () => {
  let machine: StateMachine;
  beforeEach(() => {
    machine = new StateMachine();
  });
  const stored = (id: Uint8Array) => unwrap(decodeGrant(machine.get(`grants/${toHex(id)}`)!));

  it('open once and close once, through any member', () => {
    const grant = openGrant();
    expect(machine.send('hospital', [grant]).ok).toBe(true);
    expect(stored(grant.id)).toMatchObject({ openedHeight: 1, openedTime: NOW, closedHeight: 0 });
    expect(isGrantOpen(stored(grant.id), NOW + 29 * DAY)).toBe(true);
    expect(isGrantOpen(stored(grant.id), NOW + 31 * DAY)).toBe(false);
    expect(machine.send('clinic', [openGrant({ id: grant.id })])).toMatchObject(refused('ledger.grant-exists'));
    expect(machine.send('clinic', [close(grant.id)], { time: NOW + 5 }).ok).toBe(true);
    expect(stored(grant.id)).toMatchObject({ closedHeight: 3, closedTime: NOW + 5 });
    expect(isGrantOpen(stored(grant.id), NOW)).toBe(false);
    expect(machine.send('clinic', [close(grant.id)], { time: NOW + 6 })).toMatchObject(refused('ledger.grant-closed'));
    expect(machine.send('hospital', [openGrant({ id: grant.id })], { time: NOW + 6 })).toMatchObject(refused('ledger.grant-exists'));
  });

  it('close only by their control key, for this ledger and this grant', () => {
    const [one, other] = [openGrant(), openGrant()];
    expect(machine.send('hospital', [one, other]).ok).toBe(true);
    expect(machine.send('hospital', [close(one.id, 'hospital')])).toMatchObject(refused('ledger.bad-signature'));
    expect(machine.send('hospital', [close(one.id, 'control', 'other-ledger')])).toMatchObject(refused('ledger.bad-signature'));
    expect(machine.send('hospital', [{ ...close(other.id), id: one.id }])).toMatchObject(refused('ledger.bad-signature'));
    expect(machine.send('hospital', [close(random(32))])).toMatchObject(refused('ledger.unknown-grant'));
    expect(machine.send('stranger', [close(one.id)])).toMatchObject(refused('ledger.not-a-member'));
  });

  it('open until today at the earliest', () => {
    expect(machine.send('hospital', [openGrant({ expiryDay: TODAY - 1 })])).toMatchObject(refused('ledger.grant-expired'));
    expect(machine.send('hospital', [openGrant({ expiryDay: TODAY })], { time: NOW + DAY - 1 }).ok).toBe(true);
    expect(machine.send('hospital', [openGrant({ expiryDay: TODAY })], { time: NOW + DAY })).toMatchObject(refused('ledger.grant-expired'));
  });
});
