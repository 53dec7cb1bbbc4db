/** The trust bundle that an engine gives: from attestations that it kept, and from what it was told before its own blocks began. */
import { describe, expect, it } from 'vitest';
import { encodeCbor } from '../../src/base/cbor.ts';
import { fromUtf8 } from '../../src/base/bytes.ts';
import { unwrap } from '../../src/base/result.ts';
import { keptTrust } from '../../src/engine/disk/trust/kept-trust.ts';
import type { LedgerDisk } from '../../src/engine/disk/ledger-disk.ts';
import { trustSource } from '../../src/engine/disk/trust/trust-bundle.ts';
import { encodeAttestation } from '../../src/ledger/attestation/attestation.ts';
import { decodeTrustBundle, encodeTrustBundle } from '../../src/ledger/attestation/trust-bundle.ts';
import { validatorValue } from '../../src/ledger/validators/state.ts';
import { verifyTrustBundle } from '../../src/ledger/verify/trust-bundle.ts';
import { attestedLedger, changingSets, nodeAttester } from '../support/attested.ts';
import { temporaryFolder } from '../support/ledger.ts';

const BLOCKS = 400;
const ledger = attestedLedger({ chainId: 'test-net', attester: changingSets, blocks: BLOCKS });

/** As much of a disk as is asked: blocks from `first` on, and what the state says of validators. */
function diskFrom(first: number, directory: string): LedgerDisk {
  const notes = new Map<string, Uint8Array>();
  const setAt = (height: number) => ledger.changes.findLast((change) => ledger.at(height).header.height >= headerHeight(change.header))!.validators;
  const fake: Partial<LedgerDisk> = {
    genesis: ledger.genesis,
    directory,
    head: () => ({ height: BLOCKS - 1 }) as ReturnType<LedgerDisk['head']>,
    attestation: async (height) => (height < first ? undefined : encodeAttestation(ledger.at(height).attestation)),
    sealedHeader: async (height) => ({ ...ledger.at(height), seal: new Uint8Array(0) }),
    note: (name, value) => void notes.set(name, value),
    noted: (name) => notes.get(name),
    async get(key, height = 0) {
      const name = fromUtf8(key);
      const validators = setAt(height).map(({ key: consensusKey, power }, i) => ({ org: `org-${i}`, since: 0, key: consensusKey, power }));
      if (name === 'validators') return encodeCbor(validators.map(({ org }) => org));
      return validatorValue.encode(validators.find(({ org }) => name === `validators/${org}`)!);
    },
  };
  return fake as LedgerDisk;
}

const headerHeight = (bytes: Uint8Array): number => ledger.blocks.find(({ headerBytes }) => sameBytes(headerBytes, bytes))!.header.height;
const sameBytes = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;

describe('the trust bundle of an engine', () => {
  it('has every change of the validators that its blocks made', async () => {
    using folder = temporaryFolder();
    const source = trustSource(diskFrom(0, folder.path));
    const bundle = await source.bundle();
    expect(Buffer.from(bundle).equals(ledger.bundle())).toBe(true);
    expect(Buffer.from(await source.bundle()).equals(bundle)).toBe(true);
  });

  it('of a node that began at a snapshot has those of before from another member, and its own behind them', async () => {
    using folder = temporaryFolder();
    const [first] = ledger.changes;
    const told = unwrap(decodeTrustBundle(encodeTrustBundle({ genesis: ledger.genesisBytes, changes: [first!], previous: null })));
    // The second change is of block 5.
    const alone = await trustSource(diskFrom(5, folder.path)).bundle();
    expect(verifyTrustBundle(alone).report.verdict).toBe('failed');
    const bundle = await trustSource(diskFrom(5, folder.path), { earlier: async () => told }).bundle();
    expect(Buffer.from(bundle).equals(ledger.bundle())).toBe(true);
    const later = await trustSource(diskFrom(9, folder.path), { earlier: async () => unwrap(decodeTrustBundle(ledger.bundle())) }).bundle();
    expect(Buffer.from(later).equals(ledger.bundle())).toBe(true);
  });

  it('is kept in a file: what another member told of validators and of ledgers before does not have to be told again', async () => {
    using folder = temporaryFolder();
    const old = attestedLedger({ chainId: 'test-old', attester: nodeAttester, blocks: 3 });
    const after = attestedLedger({ chainId: 'test-net', attester: changingSets, blocks: 9, previous: old.last().previous });
    const told = unwrap(decodeTrustBundle(after.bundle(old.last().ledger)));
    const disk: LedgerDisk = { ...diskFrom(0, folder.path), genesis: after.genesis, head: () => ({ height: 0 }) as ReturnType<LedgerDisk['head']> };
    expect(await keptTrust(folder.path, after.genesis)).toBeUndefined();
    const bundle = await trustSource(disk, { earlier: async () => told }).bundle();
    expect(verifyTrustBundle(bundle).report.facts).toMatchObject({ changes: 1, previous: ['test-old'] });
    expect(await trustSource(disk).bundle()).toEqual(bundle);
    expect(await keptTrust(folder.path, after.genesis)).toEqual(bundle);
    expect(await keptTrust(folder.path, ledger.genesis)).toBeUndefined();
  });
});
