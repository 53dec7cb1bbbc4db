import { describe, expect, it } from 'vitest';
import { toHex } from '../../src/base/bytes.ts';
import { encodeCbor, type Cbor } from '../../src/base/cbor.ts';
import { unwrap } from '../../src/base/result.ts';
import { decodeGenesis } from '../../src/ledger/genesis/decode-genesis.ts';
import { executeGenesis, type CarriedOver } from '../../src/ledger/genesis/genesis-block.ts';
import { encodeGenesis, type Genesis } from '../../src/ledger/genesis/genesis.ts';
import { decodeMember } from '../../src/ledger/membership/state.ts';
import { decodePolicy, votingPolicy } from '../../src/ledger/policy/policy.ts';
import { frontierRoot } from '../../src/ledger/proofs/merkle-log.ts';
import { stateRootOf } from '../../src/ledger/state/tree.ts';
import { decodeValidator } from '../../src/ledger/validators/state.ts';
import { genesis, keyOf, memberOf, openGrant } from '../support/ledger.ts';
import { StateMachine } from '../support/state-machine.ts';

const refused = (code: string) => ({ ok: false, error: { code } });
const validatorOf = (org: string, power = 10) => ({ org, key: keyOf(`${org} consensus`), power });
const withValidators: Genesis = {
  ...genesis,
  engine: 'cometbft',
  authority: new Uint8Array(0),
  proposer: new Uint8Array(0),
  validators: [validatorOf('hospital'), validatorOf('clinic', 20)],
  policy: votingPolicy,
};

describe('the genesis', () => {
  it('reads back as it was written', () => {
    for (const one of [genesis, withValidators]) expect(unwrap(decodeGenesis(encodeGenesis(one)))).toEqual(one);
  });

  it('says what to do about the format of an earlier pre-release', () => {
    const { chainId, time, authority, proposer, members } = genesis;
    expect(decodeGenesis(encodeCbor({ v: 1, chainId, time, authority, proposer, members } as unknown as Cbor))).toMatchObject({
      ok: false,
      error: { code: 'ledger.old-genesis', hint: expect.stringContaining('new data directory') },
    });
  });

  const malformed: Readonly<Record<string, Record<string, unknown>>> = {
    'an engine that is none': { engine: 'other' },
    'half a key': { authority: new Uint8Array(16) },
    'no proposer on the embedded engine': { proposer: new Uint8Array(0) },
    'a proposer where validators attest': { engine: 'cometbft' },
    'members that are not a list': { members: {} },
    'more members than there may be': { members: new Array(1_001).fill(memberOf('hospital', 'hospital')) },
    'a member with a field too many': { members: [{ ...memberOf('hospital', 'hospital'), beds: 12 }] },
    'a validator without a key': { validators: [{ org: 'hospital', power: 1 }] },
    'more validators than there may be': { validators: new Array(101).fill(validatorOf('hospital')) },
    'no policy': { policy: null },
    'a policy with a word of its own': { policy: { ...votingPolicy, regulators: 'always' } },
    'half a predecessor': { previous: { chainId: 'before', height: 3 } },
    'a field too many': { note: 'hello' },
    'a version that does not exist yet': { v: 3 },
  };
  for (const [what, change] of Object.entries(malformed))
    it(`refuses ${what}`, () => {
      expect(decodeGenesis(encodeCbor({ v: 2, ...genesis, ...change } as unknown as Cbor))).toMatchObject(refused('ledger.malformed'));
    });

  it('on CometBFT has validators, and a chain id that CometBFT takes', () => {
    const chainId = 'a'.repeat(51);
    expect(executeGenesis({ ...withValidators, validators: [] })).toMatchObject(refused('ledger.bad-genesis'));
    expect(executeGenesis({ ...withValidators, chainId })).toMatchObject(refused('ledger.bad-genesis'));
    expect(executeGenesis({ ...withValidators, chainId: chainId.slice(1) }).ok).toBe(true);
    expect(executeGenesis({ ...genesis, chainId }).ok).toBe(true);
  });

  it('puts members, validators and policy into the state', () => {
    const machine = new StateMachine(withValidators);
    expect(unwrap(decodePolicy(machine.get('policy')!))).toEqual(votingPolicy);
    expect(unwrap(decodeValidator(machine.get('validators/clinic')!))).toEqual({ ...validatorOf('clinic', 20), since: 0 });
    const updates = unwrap(executeGenesis(withValidators)).validatorUpdates;
    expect(new Map(updates.map(({ key, power }) => [toHex(key), power]))).toEqual(
      new Map([
        [toHex(keyOf('hospital consensus')), 10],
        [toHex(keyOf('clinic consensus')), 20],
      ]),
    );
    expect(machine.send('authority', [{ op: 'membership.suspend', org: 'clinic' }])).toMatchObject(refused('ledger.not-a-member'));
  });

  const impossible: readonly (readonly [string, Partial<Genesis>, string])[] = [
    ['two members with one id', { members: [memberOf('hospital', 'hospital'), memberOf('hospital', 'clinic')] }, 'ledger.member-exists'],
    ['a threshold below one half', { policy: { ...votingPolicy, numerator: 1, denominator: 3 } }, 'ledger.bad-policy'],
    ['a threshold that can’t be reached', { policy: { ...votingPolicy, numerator: 2, denominator: 2 } }, 'ledger.bad-policy'],
    ['proposals that are open for ever', { policy: { ...votingPolicy, votingPeriod: Number.MAX_SAFE_INTEGER } }, 'ledger.bad-policy'],
    ['no validator where validators make the blocks', { ...withValidators, validators: [] }, 'ledger.bad-genesis'],
    ['a validator of a stranger', { validators: [validatorOf('stranger')] }, 'ledger.unknown-member'],
    [
      'two validators of one organisation',
      { validators: [validatorOf('clinic'), { ...validatorOf('clinic'), key: keyOf('x') }] },
      'ledger.validator-limit',
    ],
    [
      'one consensus key for two',
      { validators: [validatorOf('clinic'), { ...validatorOf('hospital'), key: keyOf('clinic consensus') }] },
      'ledger.key-in-use',
    ],
    ['a validator without power', { validators: [validatorOf('clinic', 0)] }, 'ledger.validator-limit'],
    ['a key that no signature can be of', { validators: [{ ...validatorOf('clinic'), key: new Uint8Array(32) }] }, 'ledger.malformed'],
    [
      'something carried over from nowhere',
      { previous: { chainId: 'before', height: 3, headerHash: keyOf('h'), stateRoot: keyOf('s'), logSize: 2, logRoot: keyOf('l') } },
      'ledger.bad-genesis',
    ],
  ];
  for (const [what, change, code] of impossible)
    it(`starts no ledger with ${what}`, () => {
      expect(executeGenesis({ ...genesis, ...change })).toMatchObject(refused(code));
    });
});

describe('a ledger that goes on', () => {
  const before = new StateMachine(withValidators);
  before.send('hospital', [openGrant()]);
  before.send('hospital', [openGrant()]);
  const { state, nodes } = before;
  const carried: CarriedOver = { root: state.root, nodes: { get: (id) => nodes.get(toHex(id)) }, log: state.log };
  const next: Genesis = {
    ...withValidators,
    chainId: 'test-ledger-2',
    members: [memberOf('pharmacy', 'pharmacy')],
    validators: [validatorOf('hospital', 15)],
    previous: {
      chainId: state.chainId,
      height: state.height,
      headerHash: state.blockHash,
      stateRoot: stateRootOf(state.root),
      logSize: state.log.size,
      logRoot: frontierRoot(state.log),
    },
  };

  it('counts heights and transactions on, and keeps the state', () => {
    const { header, validatorUpdates } = unwrap(executeGenesis(next, carried));
    expect(header).toMatchObject({ chainId: 'test-ledger-2', height: 3, logSize: 2, logRoot: frontierRoot(state.log) });
    expect(validatorUpdates).toEqual([{ key: keyOf('hospital consensus'), power: 15 }]);
    const after = new StateMachine(next, carried);
    expect(unwrap(decodeMember(after.get('members/clinic')!)).status).toBe('active');
    expect(unwrap(decodeMember(after.get('members/pharmacy')!)).admittedHeight).toBe(3);
    expect(unwrap(decodeValidator(after.get('validators/clinic')!)).power).toBe(0);
    expect(after.send('pharmacy', [openGrant()], { chainId: next.chainId })).toEqual({ ok: true, value: { logIndex: 2 } });
    expect(after.state.height).toBe(4);
  });

  it('goes on with what was being decided: votes that were cast count, by the new policy', () => {
    const earlier = new StateMachine(withValidators);
    unwrap(earlier.send('hospital', [{ op: 'governance.propose', action: { op: 'membership.suspend', org: 'clinic' } }]));
    const taken: CarriedOver = { root: earlier.state.root, nodes: { get: (id) => earlier.nodes.get(toHex(id)) }, log: earlier.state.log };
    const previous = {
      ...next.previous!,
      height: 1,
      headerHash: earlier.state.blockHash,
      stateRoot: stateRootOf(taken.root),
      logSize: 1,
      logRoot: frontierRoot(taken.log),
    };
    const after = new StateMachine({ ...next, members: [], policy: { ...votingPolicy, numerator: 2, denominator: 3 }, previous }, taken);
    const vote = (sender: string) => after.send(sender, [{ op: 'governance.vote', proposal: 1, vote: 'approve' }], { chainId: next.chainId });
    unwrap(vote('regulator'));
    expect(unwrap(decodeMember(after.get('members/clinic')!)).status).toBe('active');
    unwrap(vote('clinic'));
    expect(unwrap(decodeMember(after.get('members/clinic')!)).status).toBe('suspended');
  });

  it('takes over nothing but what its genesis names', () => {
    const other = new StateMachine(withValidators);
    other.send('clinic', [openGrant()]);
    const wrong = { root: other.state.root, nodes: { get: (id: Uint8Array) => other.nodes.get(toHex(id)) }, log: other.state.log };
    expect(executeGenesis(next, wrong)).toMatchObject(refused('ledger.bad-genesis'));
    expect(executeGenesis(next, { ...carried, log: wrong.log })).toMatchObject(refused('ledger.bad-genesis'));
    expect(executeGenesis(next, { ...wrong, log: carried.log })).toMatchObject(refused('ledger.bad-genesis'));
    expect(executeGenesis(next)).toMatchObject(refused('ledger.bad-genesis'));
    expect(executeGenesis({ ...next, previous: null }, carried)).toMatchObject(refused('ledger.bad-genesis'));
  });
});
