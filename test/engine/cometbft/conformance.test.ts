/** The suite for engines over one CometBFT validator, on every version that is certified. */
import { join } from 'node:path';
import { describe } from 'vitest';
import { certified, cometbftOf } from '../../support/cometbft.ts';
import { genesis, keyOf, temporaryFolder } from '../../support/ledger.ts';
import { knownSet } from '../../../src/ledger/attestation/trust.ts';
import type { CometLedger } from '../../../src/engine/cometbft/comet-ledger.ts';
import { openSingleValidator } from '../../support/single-validator.ts';
import { ledgerClientConformance } from '../conformance.ts';

for (const { series } of certified) {
  const program = cometbftOf(series);
  describe.skipIf(program === undefined)(`CometBFT ${series}`, { timeout: 120_000 }, () => {
    ledgerClientConformance(() => {
      const folder = temporaryFolder();
      let ledger: CometLedger;
      const trusted = (label: string) => ({ chainId: genesis.chainId, validators: [knownSet(1, [{ key: keyOf(label), power: 1 }])] });
      return {
        open: async () => (ledger = await openSingleValidator(join(folder.path, 'node'), program!)),
        async close() {
          await ledger.close();
          folder[Symbol.dispose]();
        },
        today: Math.floor(Date.now() / 86_400_000),
        proposer: keyOf('validator'),
        trust: trusted('validator'),
        otherTrust: trusted('another'),
      };
    });
  });
}
