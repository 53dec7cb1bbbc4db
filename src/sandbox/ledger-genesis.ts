/** What the sandbox's ledger starts from. */
import { randomBytes } from 'node:crypto';
import { ed25519PublicKey } from '#ed25519';
import { toHex } from '../base/bytes.ts';
import type { Genesis } from '../ledger/genesis/genesis.ts';
import { votingPolicy } from '../ledger/policy/policy.ts';
import { authorityPublicKey } from '../network/certificates.ts';
import type { OrganisationKeys } from '../vault/organisation-keys.ts';
import type { Member } from './ledger-parts.ts';

/** All organisations are members; `engine` says who makes the blocks. */
export const sandboxGenesis = (
  network: OrganisationKeys,
  members: readonly Member[],
  engine: Pick<Genesis, 'engine' | 'proposer' | 'validators'>,
): Genesis => ({
  chainId: `careledger-sandbox-${toHex(randomBytes(4))}`,
  time: Date.now(),
  authority: ed25519PublicKey(network.derive('ledger-authority')),
  members: members.map(({ organisation, keys }) => ({
    org: organisation.id,
    name: organisation.name,
    kind: organisation.kind,
    signingKey: keys.ledgerPublicKey,
    hpkeKey: keys.hpke.publicKey,
    tlsKey: authorityPublicKey(keys.tlsSeed),
  })),
  policy: { ...votingPolicy, authority: 'direct' },
  previous: null,
  ...engine,
});
