/** What a node that joined is told of the validators before its snapshot: kept only if it follows from the genesis, and believed only for that ledger. */
import { truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { keepEarlierTrust, readEarlierTrust } from '../../../src/engine/cometbft/earlier-trust.ts';
import { encodeTrustBundle } from '../../../src/ledger/attestation/trust-bundle.ts';
import { genesisHash } from '../../../src/ledger/genesis/genesis.ts';
import { attestedLedger, changingSets } from '../../support/attested.ts';
import { temporaryFolder } from '../../support/ledger.ts';

const ledger = attestedLedger({ chainId: 'test-net', attester: changingSets, blocks: 8 });
const other = attestedLedger({ chainId: 'other-net', attester: changingSets, blocks: 8 });
const known = genesisHash(ledger.genesisBytes);

it('is kept and read back', async () => {
  using folder = temporaryFolder();
  expect(await readEarlierTrust(folder.path, ledger.genesis)).toBeUndefined();
  expect(await keepEarlierTrust(folder.path, known, ledger.bundle())).toBe(true);
  expect(encodeTrustBundle((await readEarlierTrust(folder.path, ledger.genesis))!)).toEqual(ledger.bundle());
});

it('is not kept when it does not hold, or is of another ledger', async () => {
  using folder = temporaryFolder();
  const [first, ...rest] = ledger.changes;
  expect(rest.length).toBeGreaterThan(0);
  // The first change left out: nobody has confirmed those after it.
  const gap = encodeTrustBundle({ genesis: ledger.genesisBytes, changes: rest, previous: null });
  const forged = encodeTrustBundle({ genesis: ledger.genesisBytes, changes: [{ ...first!, validators: rest[0]!.validators }], previous: null });
  for (const bundle of [gap, forged, other.bundle(), new Uint8Array(3)]) {
    expect(await keepEarlierTrust(folder.path, known, bundle)).toBe(false);
    expect(await readEarlierTrust(folder.path, ledger.genesis)).toBeUndefined();
  }
});

it('is not believed of another ledger, nor when the file is damaged', async () => {
  using folder = temporaryFolder();
  await keepEarlierTrust(folder.path, known, ledger.bundle());
  expect(await readEarlierTrust(folder.path, other.genesis)).toBeUndefined();
  const file = join(folder.path, 'earlier-trust.cbor');
  truncateSync(file, 40);
  expect(await readEarlierTrust(folder.path, ledger.genesis)).toBeUndefined();
  writeFileSync(file, other.bundle());
  expect(await readEarlierTrust(folder.path, ledger.genesis)).toBeUndefined();
});
