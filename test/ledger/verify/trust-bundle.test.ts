/** Where a ledger went on: its genesis says it, and no other block of the ledger before, however well attested. */
import { describe, expect, it } from 'vitest';
import { genesisHash } from '../../../src/ledger/genesis/genesis.ts';
import { verifyTrustBundle } from '../../../src/ledger/verify/trust-bundle.ts';
import { attestedLedger } from '../../support/attested.ts';
import { signers } from '../../support/consensus.ts';

const attester = { kind: 'validators', sets: [[0, signers({ a: 10, b: 10, c: 10 })]] } as const;
const old = (blocks: number) => attestedLedger({ chainId: 'old', attester, blocks });
const next = attestedLedger({ chainId: 'next', attester, blocks: 2, previous: old(4).last().previous });
const known = genesisHash(next.genesisBytes);

describe('the ledger before', () => {
  it('is believed up to the block that the genesis names', () => {
    const { report, trust } = verifyTrustBundle(next.bundle(old(4).last().ledger), known);
    expect(report.verdict).toBe('held');
    expect(trust?.previous?.lastHeight).toBe(3);
  });

  it.each([3, 6])('is not believed with another last block that its validators attested too (%d blocks)', (blocks) => {
    const { report, trust } = verifyTrustBundle(next.bundle(old(blocks).last().ledger), known);
    expect(trust).toBeUndefined();
    expect(report.steps.filter(({ state }) => state === 'failed')).toMatchObject([
      { name: 'previous', detail: 'The block is not the one that the genesis names.' },
    ]);
  });
});
