/** Members of a network as the ledger would have them, and their identities; for tests of the channel alone. */
import { ed25519PublicKey, ed25519Sign } from '#ed25519';
import { authorityPublicKey, certificateAuthority } from '../../src/network/certificates.ts';
import { memberDirectory } from '../../src/network/directory.ts';
import type { ChannelIdentity } from '../../src/network/identity.ts';
import { fromUtf8 } from '../../src/base/bytes.ts';
import { encodeCbor } from '../../src/base/cbor.ts';
import { memberValue, type Member } from '../../src/ledger/membership/state.ts';

export const seedOf = (name: string, purpose: number): Uint8Array =>
  Uint8Array.from({ length: 32 }, (_, i) => (name.charCodeAt(i % name.length) * 7 + i + purpose) & 255);

const memberOf = (org: string): Member => ({
  org,
  name: `The ${org} organisation`,
  kind: 'hospital',
  signingKey: ed25519PublicKey(seedOf(org, 1)),
  hpkeKey: new Uint8Array(32).fill(1),
  tlsKey: authorityPublicKey(seedOf(org, 2)),
  status: 'active',
  admittedHeight: 0,
  changedHeight: 0,
});

/** A ledger that knows members only; `height` moves with every change. */
export function memberLedger(...orgs: readonly string[]) {
  const members = new Map(orgs.map((org) => [org, memberOf(org)]));
  let height = 1;
  return {
    change(org: string, part: Partial<Member>) {
      members.set(org, { ...members.get(org)!, ...part });
      height++;
    },
    head: () => ({ height }) as never,
    async get(key: Uint8Array) {
      const path = fromUtf8(key);
      if (path === 'members') return encodeCbor([...members.keys()]);
      const member = members.get(path.slice('members/'.length));
      return member && memberValue.encode(member);
    },
  };
}

export async function identityOf(
  org: string,
  ledger: ReturnType<typeof memberLedger>,
  change: Partial<ChannelIdentity> = {},
): Promise<ChannelIdentity> {
  return {
    organisation: org,
    chainId: 'test-chain',
    sign: (message) => ed25519Sign(seedOf(org, 1), message),
    authority: certificateAuthority(org, seedOf(org, 2)),
    directory: memberDirectory(ledger),
    now: () => Date.now(),
    ...change,
  };
}
