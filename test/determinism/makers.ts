/** One maker for each operation: what somebody could send at this moment, mostly acceptable. */
import { readAnchor } from '../../src/ledger/anchors/state.ts';
import { readOpen, votes } from '../../src/ledger/ballots/state.ts';
import type { actionSchemas } from '../../src/ledger/governance/operations.ts';
import { signClose } from '../../src/ledger/grants/close.ts';
import { dayOf } from '../../src/ledger/grants/state.ts';
import type { Member } from '../../src/ledger/membership/state.ts';
import type { Operation } from '../../src/ledger/operations.ts';
import type { World } from './world.ts';

export interface Made {
  /** Public key of the sender. */
  readonly sender: Uint8Array;
  readonly operation: Operation;
}

type Name = Operation['op'];

const activeOf = (world: World): Member => {
  const active = world.members().filter(({ status }) => status === 'active');
  return world.random.pick(active.length > 0 ? active : world.members());
};
const withStatus = (world: World, status: Member['status']): Member => {
  const members = world.members().filter((member) => member.status === status);
  return world.random.pick(members.length > 0 ? members : world.members());
};
/** Who may act alone, where the policy lets them. */
const governor = (world: World): Uint8Array => {
  const regulators = world.members().filter(({ kind, status }) => kind === 'regulator' && status === 'active');
  return regulators.length === 0 || world.random.once(2) ? world.genesis.authority : world.random.pick(regulators).signingKey;
};

/** What a proposal may hold too. */
const actions = {
  'membership.admit': (world: World) => ({ op: 'membership.admit', ...world.newMember() }),
  'membership.suspend': (world: World) => ({ op: 'membership.suspend', org: activeOf(world).org }),
  'membership.reinstate': (world: World) => ({ op: 'membership.reinstate', org: withStatus(world, 'suspended').org }),
  'membership.rotate-keys': (world: World) => ({
    op: 'membership.rotate-keys',
    org: activeOf(world).org,
    signingKey: world.newKey(),
    hpkeKey: world.random.bytes(32),
    tlsKey: world.random.bytes(60),
  }),
  'validators.set': (world: World) => ({
    op: 'validators.set',
    org: activeOf(world).org,
    key: world.newKey(),
    power: world.random.pick([0, 1, 2, 5, 10, 10, 10, 2_000_000]),
  }),
  'governance.set-policy': (world: World) => ({
    op: 'governance.set-policy',
    numerator: world.random.pick([1, 1, 2, 3]),
    denominator: world.random.pick([2, 2, 3, 4]),
    votingPeriod: world.random.pick([1_000, 20_000, 60_000, 5]),
    openProposals: world.random.pick([1, 4, 16, 0]),
    authority: world.random.pick(['direct', 'direct', 'none']),
    regulators: world.random.pick(['direct', 'vote', 'vote']),
  }),
  // Never one that this software does not know: the ledger would rightly stop.
  'governance.upgrade': (world: World) => ({
    op: 'governance.upgrade',
    version: world.random.pick([1, 1, 0]),
    hash: world.random.bytes(32),
    height: world.ledger.state.height + world.random.below(40),
  }),
} as const satisfies Record<(typeof actionSchemas)[number]['name'], (world: World) => { readonly op: string }>;

const actionOf = (world: World, name: keyof typeof actions) => actions[name](world) as Operation;
const decided =
  (name: keyof typeof actions) =>
  (world: World): Made => ({ sender: governor(world), operation: actionOf(world, name) });

function anchorOf(world: World, org: string): Operation {
  const next = world.nextAnchor(org, readAnchor(world.ledger, org)?.number ?? 0);
  return { op: 'anchors.anchor', org, number: world.random.once(30) ? next + world.random.pick([-1, 1]) : next, commitment: world.random.bytes(32) };
}

export const makers: { readonly [N in Name]: (world: World) => Made } = {
  'membership.admit': decided('membership.admit'),
  'membership.suspend': decided('membership.suspend'),
  'membership.reinstate': decided('membership.reinstate'),
  'membership.rotate-keys': (world) => {
    const operation = actionOf(world, 'membership.rotate-keys') as Extract<Operation, { op: 'membership.rotate-keys' }>;
    const own = world.members().find(({ org }) => org === operation.org)!;
    return { sender: own.signingKey, operation };
  },
  'membership.leave': (world) => {
    const { org, signingKey } = activeOf(world);
    return { sender: signingKey, operation: { op: 'membership.leave', org } };
  },
  'validators.set': decided('validators.set'),
  'governance.set-policy': decided('governance.set-policy'),
  'governance.upgrade': decided('governance.upgrade'),
  'governance.propose': (world) => {
    const action = actionOf(world, world.random.pick(Object.keys(actions) as (keyof typeof actions)[]));
    return { sender: activeOf(world).signingKey, operation: { op: 'governance.propose', action } as Operation };
  },
  'governance.vote': (world) => {
    const open = readOpen(world.ledger);
    const proposal = open.length > 0 ? world.random.pick(open).number : world.random.below(50);
    return { sender: activeOf(world).signingKey, operation: { op: 'governance.vote', proposal, vote: world.random.once(5) ? votes[1] : votes[0] } };
  },
  'governance.withdraw': (world) => {
    const open = readOpen(world.ledger);
    if (open.length === 0) return { sender: activeOf(world).signingKey, operation: { op: 'governance.withdraw', proposal: world.random.below(50) } };
    const { number, org } = world.random.pick(open);
    return { sender: world.members().find((member) => member.org === org)!.signingKey, operation: { op: 'governance.withdraw', proposal: number } };
  },
  'anchors.anchor': (world) => {
    const { org, signingKey } = activeOf(world);
    return { sender: signingKey, operation: anchorOf(world, org) };
  },
  'grants.open': (world) => {
    const controlKey = world.newKey();
    const id = world.random.bytes(32);
    world.grants.push({ id, controlSeed: world.seedOf(controlKey), height: world.ledger.state.height });
    const expiryDay = dayOf(world.ledger.state.time) + world.random.below(400) - (world.random.once(40) ? 500 : 0);
    return { sender: activeOf(world).signingKey, operation: { op: 'grants.open', id, commitment: world.random.bytes(32), controlKey, expiryDay } };
  },
  'grants.close': (world) => {
    const some = world.random.once(20) ? world.grants.at(-1) : world.openGrant();
    const { id, controlSeed } = some ?? { id: world.random.bytes(32), controlSeed: world.random.bytes(32) };
    const seed = world.random.once(20) ? world.random.bytes(32) : controlSeed;
    return { sender: activeOf(world).signingKey, operation: signClose(world.genesis.chainId, id, seed) };
  },
};

/** How often each is made, of all together. What changes the membership is rare, as it is in a network. */
export const frequency: { readonly [N in Name]: number } = {
  'membership.admit': 2,
  'membership.suspend': 2,
  'membership.reinstate': 3,
  'membership.rotate-keys': 4,
  'membership.leave': 1,
  'validators.set': 6,
  'governance.set-policy': 2,
  'governance.upgrade': 2,
  'governance.propose': 20,
  'governance.vote': 80,
  'governance.withdraw': 3,
  'anchors.anchor': 400,
  'grants.open': 400,
  'grants.close': 300,
};
