/** The members decided for rules that this software does not know: every engine stops before the height, says so, and loses nothing. */
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { unwrap } from '../../src/base/result.ts';
import { drivenLedger } from '../support/abci-driver/ledger.ts';
import { keyOf, newLedger, openGrant, openLedger, temporaryFolder, transactionOf } from '../support/ledger.ts';

/** In block 1; block 3 is the first under the new rules. */
const upgrade = () => transactionOf('regulator', [{ op: 'governance.upgrade', version: 2, hash: keyOf('release'), height: 2 }]);
const grant = () => transactionOf('hospital', [openGrant()]);

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder[Symbol.dispose]());

describe('an upgrade that this software lacks', () => {
  it('stops the embedded engine; what was committed stays readable, also after a start', async () => {
    let ledger = await newLedger(folder.path);
    unwrap(await ledger.submit(upgrade()));
    unwrap(await ledger.submit(grant()));
    for (let start = 0; start < 2; start++) {
      expect(await ledger.submit(grant())).toMatchObject({ ok: false, error: { code: 'ledger.upgrade-needed', data: { version: 2, height: 3 } } });
      expect(await ledger.engine()).toMatchObject({ failure: { code: 'ledger.upgrade-needed' } });
      expect(ledger.head().height).toBe(2);
      expect((await ledger.block(2))!.transactions).toHaveLength(1);
      await ledger.close();
      ledger = await openLedger(folder.path);
    }
    await ledger.close();
  });

  it('stops the application under CometBFT with the same reason, again after a start, and commits nothing of the block', async () => {
    const ledger = await drivenLedger(join(folder.path, 'ledger'));
    const { driver } = ledger;
    try {
      await driver.block({ transactions: [upgrade()] });
      await driver.block({ transactions: [grant()] });
      await expect(driver.block({ transactions: [grant()] })).rejects.toThrow(/version 2 of the protocol/);
      expect(ledger.disk.head().height).toBe(2);
      // The engine replays the block that was decided; other software would take it now.
      await expect(driver.start()).rejects.toThrow(/version 2 of the protocol/);
      expect(ledger.disk.head().height).toBe(2);
    } finally {
      driver.stop();
      await ledger.close();
    }
  });
});
