/** Who and what there is in a random ledger, for those who make its transactions: keys of everybody, and what was tried so far. */
import { ed25519PublicKey } from '#ed25519';
import { sha256 } from '#sha256';
import { toHex, utf8 } from '../../src/base/bytes.ts';
import { organisationKinds } from '../../src/ledger/membership/operations.ts';
import { readGrant } from '../../src/ledger/grants/state.ts';
import { decodeMemberList, memberListKey, readMember, type Member } from '../../src/ledger/membership/state.ts';
import { directPolicy } from '../../src/ledger/policy/policy.ts';
import type { Genesis } from '../../src/ledger/genesis/genesis.ts';
import type { Random } from '../support/random.ts';
import { MemoryLedger } from './memory-ledger.ts';

export const START = Date.UTC(2026, 5, 1);

export interface Grant {
  readonly id: Uint8Array;
  readonly controlSeed: Uint8Array;
  /** Head at which somebody set out to open it. */
  readonly height: number;
}

export class World {
  readonly random: Random;
  readonly seed: number;
  readonly genesis: Genesis;
  readonly ledger: MemoryLedger;
  readonly grants: Grant[] = [];
  private readonly seeds = new Map<string, Uint8Array>();
  private known: { readonly height: number; readonly members: readonly Member[] } | undefined;
  private readonly anchors = new Map<string, { readonly height: number; readonly number: number }>();
  private keys = 0;
  private names = 0;

  constructor(seed: number, random: Random) {
    this.seed = seed;
    this.random = random;
    const proposer = this.newKey();
    const members = organisationKinds.map((kind) => this.newMember(kind));
    this.genesis = {
      chainId: 'random-ledger',
      time: START,
      engine: 'embedded',
      authority: this.newKey(),
      proposer,
      members,
      // The same key, so that headers are the same whoever makes the blocks.
      validators: [{ org: members[0]!.org, key: proposer, power: 10 }],
      policy: { ...directPolicy, votingPeriod: 20_000 },
      previous: null,
    };
    this.ledger = new MemoryLedger(this.genesis);
  }

  /** A public key whose seed is kept. */
  newKey(): Uint8Array {
    const seed = sha256(utf8(`${this.seed}: key ${this.keys++}`));
    const key = ed25519PublicKey(seed);
    this.seeds.set(toHex(key), seed);
    return key;
  }

  /** One that is open as of the newest block, when a few tries find one; each is given away once. */
  openGrant(): Grant | undefined {
    for (let tries = 0; tries < 8 && this.grants.length > 0; tries++) {
      const at = this.random.below(this.grants.length);
      const grant = this.grants[at]!;
      if (grant.height >= this.ledger.state.height) continue;
      this.grants.splice(at, 1);
      if (readGrant(this.ledger, grant.id)) return grant;
    }
    return undefined;
  }

  /** The number that would follow if everything that was sent for this block were taken; now and then it is not, and a later block goes on. */
  nextAnchor(org: string, newest: number): number {
    const { height } = this.ledger.state;
    const sent = this.anchors.get(org);
    const number = (sent?.height === height ? sent.number : newest) + 1;
    this.anchors.set(org, { height, number });
    return number;
  }

  seedOf(key: Uint8Array): Uint8Array {
    return this.seeds.get(toHex(key))!;
  }

  newMember(kind: Genesis['members'][number]['kind'] = this.random.pick(organisationKinds)): Genesis['members'][number] {
    const org = `org-${this.names++}`;
    return { org, name: `Organisation ${org}`, kind, signingKey: this.newKey(), hpkeKey: this.random.bytes(32), tlsKey: this.random.bytes(44) };
  }

  /** As of the newest block. */
  members(): readonly Member[] {
    const { height } = this.ledger.state;
    if (this.known?.height !== height)
      this.known = { height, members: decodeMemberList(this.ledger.get(memberListKey)).map((org) => readMember(this.ledger, org)!) };
    return this.known.members;
  }
}
