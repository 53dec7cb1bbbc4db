/** The sandbox's one ledger: made with all organisations as members on first start, opened from then on. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { ed25519PublicKey } from '#ed25519';
import { toHex } from '../base/bytes.ts';
import type { Result } from '../base/result.ts';
import { hasLedger } from '../engine/disk/create-ledger.ts';
import { createGenesis } from '../engine/embedded/create-genesis.ts';
import type { EmbeddedLedger } from '../engine/embedded/embedded-ledger.ts';
import { openEmbeddedLedger } from '../engine/embedded/open.ts';
import type { Genesis } from '../ledger/genesis/genesis.ts';
import { votingPolicy } from '../ledger/policy/policy.ts';
import { authorityPublicKey } from '../network/certificates.ts';
import type { OrganisationKeys } from '../vault/organisation-keys.ts';
import type { SandboxOrganisation } from './organisations.ts';

export interface Member {
  readonly organisation: SandboxOrganisation;
  readonly keys: OrganisationKeys;
}

export const ledgerDirectory = (dataDirectory: string): string => join(dataDirectory, 'ledger');

/** `network`: keys of whoever runs the ledger; proposes blocks and, with another key, changes the membership. */
export async function openSandboxLedger(
  dataDirectory: string,
  network: OrganisationKeys,
  members: readonly Member[],
): Promise<Result<EmbeddedLedger>> {
  const directory = ledgerDirectory(dataDirectory);
  if (!hasLedger(directory)) {
    const created = await createGenesis(directory, genesisOf(network, members), network.ledgerSeed);
    if (!created.ok) return created;
  }
  return openEmbeddedLedger({ directory, nodeSeed: network.ledgerSeed });
}

function genesisOf(network: OrganisationKeys, members: readonly Member[]): Genesis {
  return {
    chainId: `careledger-sandbox-${toHex(randomBytes(4))}`,
    time: Date.now(),
    engine: 'embedded',
    authority: ed25519PublicKey(network.derive('ledger-authority')),
    proposer: network.ledgerPublicKey,
    members: members.map(({ organisation, keys }) => ({
      org: organisation.id,
      name: organisation.name,
      kind: organisation.kind,
      signingKey: keys.ledgerPublicKey,
      hpkeKey: keys.hpke.publicKey,
      tlsKey: authorityPublicKey(keys.tlsSeed),
    })),
    validators: [],
    policy: { ...votingPolicy, authority: 'direct' },
    previous: null,
  };
}
