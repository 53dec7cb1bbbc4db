/** A real CometBFT chain whose validators change: receipts, proofs of absence and the trust bundle, checked with nothing but the genesis. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { verifyBlocks } from '../../../src/engine/disk/verify-blocks.ts';
import { unwrap } from '../../../src/base/result.ts';
import type { Trust } from '../../../src/ledger/attestation/trust.ts';
import { encodeGenesis, genesisHash, type Genesis } from '../../../src/ledger/genesis/genesis.ts';
import { grantKey } from '../../../src/ledger/grants/state.ts';
import { followTo } from '../../../src/ledger/light/follow.ts';
import { encodeStateReceipt } from '../../../src/ledger/receipts/state-receipt.ts';
import type { Operation } from '../../../src/ledger/operations.ts';
import { verifyLedgerReceipt } from '../../../src/ledger/verify/ledger.ts';
import { verifyStateReceipt } from '../../../src/ledger/verify/state.ts';
import { trustOfGenesis, verifyTrustBundle } from '../../../src/ledger/verify/trust-bundle.ts';
import { certified, cometbftOf } from '../../support/cometbft.ts';
import { keyOf, openGrant, temporaryFolder, transactionOf } from '../../support/ledger.ts';
import { openSingleValidator, singleValidatorGenesis } from '../../support/single-validator.ts';

const genesis: Genesis = { ...singleValidatorGenesis, validators: [{ org: 'hospital', key: keyOf('validator'), power: 10 }] };
const known = genesisHash(encodeGenesis(genesis));

describe.for(certified)('trust on CometBFT $series', ({ series }) => {
  const program = cometbftOf(series);

  it.runIf(program)('leads from the genesis over changes of the validators', { timeout: 60_000 }, async () => {
    using folder = temporaryFolder();
    const ledger = await openSingleValidator(folder.path, program!, { genesis });
    try {
      const send = async (sender: string, operation: Operation) => unwrap(await ledger.submit(transactionOf(sender, [operation])));
      const grant = openGrant({ expiryDay: 40_000 });
      const first = await send('hospital', grant);
      // Never running: the first validator alone keeps more than two thirds.
      await send('regulator', { op: 'validators.set', org: 'clinic', key: keyOf('clinic consensus'), power: 3 });
      await send('hospital', openGrant({ expiryDay: 40_000 }));
      await send('regulator', { op: 'validators.set', org: 'clinic', key: keyOf('clinic consensus'), power: 1 });
      const last = await send('hospital', openGrant({ expiryDay: 40_000 }));

      const start = trustOfGenesis(genesis) as Trust;
      const receipts = { first: await ledger.receipt(first.logIndex), last: await ledger.receipt(last.logIndex) };
      expect(verifyLedgerReceipt(receipts.first, first.hash, start).verdict).toBe('held');
      expect(verifyLedgerReceipt(receipts.last, last.hash, start).verdict).toBe('incomplete');

      const { report, trust } = verifyTrustBundle(await ledger.trustBundle(), known);
      expect(report.verdict, JSON.stringify(report.steps)).toBe('held');
      expect(report.facts).toMatchObject({ engine: 'cometbft', changes: 2, validators: 2 });
      expect(verifyLedgerReceipt(receipts.first, first.hash, trust).verdict).toBe('held');
      const held = verifyLedgerReceipt(receipts.last, last.hash, trust);
      expect(held.verdict, JSON.stringify(held.steps)).toBe('held');
      expect(held.facts).toMatchObject({ attestedBy: 'validators', validatorSignatures: 1 });

      const key = new TextEncoder().encode(grantKey(grant.id));
      for (const [height, present] of [
        [0, false],
        [last.height, true],
      ] as const) {
        const { value, proof } = await ledger.prove(key, height);
        const state = verifyStateReceipt(encodeStateReceipt(key, value, proof), trust);
        expect([state.verdict, state.facts.present, state.facts.height], JSON.stringify(state.steps)).toEqual(['held', present, height]);
      }
    } finally {
      await ledger.close();
    }
    // What lies beside the blocks is judged by the validators that the blocks give.
    const stored = await verifyBlocks({ directory: join(folder.path, 'ledger') });
    expect(stored).toMatchObject({ holds: true, findings: [], unchecked: [], blocks: 6, attestations: 6 });
  });

  it.runIf(program)('is followed by the light client, skipping', { timeout: 60_000 }, async () => {
    using folder = temporaryFolder();
    const ledger = await openSingleValidator(folder.path, program!, { genesis });
    try {
      for (let i = 0; i < 4; i++) unwrap(await ledger.submit(transactionOf('hospital', [openGrant({ expiryDay: 40_000 })])));
      const at = async (height: number) => unwrap(await ledger.consensus.at(height));
      const { height } = ledger.consensus.head;
      const options = { now: Date.now(), trustingPeriodMs: 3_600_000 };
      // The first block has the time of the genesis, months ago.
      expect((await followTo(await at(1), height, at, options)).detail).toContain('The trust in block 1 ended');
      const followed = await followTo(await at(2), height, at, options);
      expect(followed.verdict, followed.detail).toBe('held');
      expect(followed.reports.length).toBe(1);
    } finally {
      await ledger.close();
    }
  });
});
