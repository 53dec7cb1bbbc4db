/** Small records and ledgers for tests of what is stored. */
import { utf8 } from '../../src/base/bytes.ts';
import { createGenesis } from '../../src/engine/embedded/create-genesis.ts';
import { openEmbeddedLedger } from '../../src/engine/embedded/open.ts';
import type { EmbeddedLedger } from '../../src/engine/embedded/embedded-ledger.ts';
import { unwrap } from '../../src/base/result.ts';
import type { EventDraft, Unit, VersionDraft, Visibility } from '../../src/records/model.ts';
import type { Records } from '../../src/records/open.ts';
import { organisationKeys } from '../../src/vault/organisation-keys.ts';
import { rootKeyFromBytes } from '../../src/vault/root-key.ts';
import { genesisOf, keyOf, seedOf } from './ledger.ts';

export const everything: Visibility = { patients: 'all', sharedTypes: [], withoutLabels: [] };

export const draft = (given: Partial<VersionDraft> & Pick<VersionDraft, 'type' | 'id'>): VersionDraft => ({
  space: 'own',
  version: 1,
  deleted: false,
  content: utf8(JSON.stringify({ resourceType: given.type, id: given.id, version: given.version ?? 1 })),
  lastUpdated: 1_750_000_000_000,
  patient: undefined,
  compartments: [],
  labels: [],
  terms: { tokens: [], edges: [] },
  ...given,
});

export const audit = (text: string, tokens: readonly string[] = [], patient?: string): EventDraft => ({
  kind: 'audit',
  content: utf8(JSON.stringify({ text })),
  time: 1_750_000_000_000,
  patient,
  tokens,
});

export const unit = (given: Partial<Unit>): Unit => ({ versions: [], events: [], guards: [], ...given });

export async function write(records: Records, ...versions: readonly VersionDraft[]): Promise<readonly number[]> {
  return unwrap(await records.writer.append(unit({ versions }))).sequences;
}

/** A ledger whose one member of business is the organisation that `openTestRecords` opens, in a directory of its own. */
export async function testLedger(directory: string, organisation = 'city-hospital', rootKey = new Uint8Array(32).fill(7)): Promise<EmbeddedLedger> {
  const keys = await organisationKeys(rootKeyFromBytes(rootKey), organisation);
  const member = {
    org: organisation,
    name: 'City Hospital',
    kind: 'hospital',
    signingKey: keys.ledgerPublicKey,
    hpkeKey: keys.hpke.publicKey,
    tlsKey: keyOf('tls'),
  } as const;
  const genesis = genesisOf([member], { time: 1_750_000_000_000 });
  unwrap(await createGenesis(directory, genesis, seedOf('node')));
  return unwrap(await openEmbeddedLedger({ directory, nodeSeed: seedOf('node') }));
}

export const trust = { chainId: 'test-ledger', nodeKey: keyOf('node') };
