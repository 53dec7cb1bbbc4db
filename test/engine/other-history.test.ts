/** A block file that is whole, as long as the right one and made by the same node, but of another history: the index remembers what was committed. */
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { unwrap } from '../../src/base/result.ts';
import { openLedgerDisk } from '../../src/engine/disk/open.ts';
import { verifyBlocks } from '../../src/engine/disk/verify-blocks.ts';
import { newLedger, openGrant, temporaryFolder, transactionOf } from '../support/ledger.ts';

const BLOCKS = 5;

async function ledgerIn(directory: string): Promise<void> {
  const ledger = await newLedger(directory);
  for (let i = 0; i < BLOCKS; i++) unwrap(await ledger.submit(transactionOf('hospital', [openGrant()])));
  await ledger.close();
}

it.each([
  ['read as a whole', undefined],
  ['read from its end', 0],
])('is not opened in the place of the one that was committed: %s', async (_, fullCheckBytes) => {
  using folder = temporaryFolder();
  const [own, other] = [join(folder.path, 'own'), join(folder.path, 'other')];
  await ledgerIn(own);
  await ledgerIn(other);
  copyFileSync(join(other, 'blocks.clg'), join(own, 'blocks.clg'));
  // Nothing is wrong with the file itself.
  expect(await verifyBlocks({ directory: join(own, 'blocks.clg') })).toMatchObject({ holds: true, blocks: BLOCKS + 1 });
  expect((await verifyBlocks({ directory: own })).holds).toBe(false);
  expect(await openLedgerDisk({ directory: own, ...(fullCheckBytes === undefined ? {} : { fullCheckBytes }) })).toMatchObject({
    ok: false,
    error: { code: 'engine.blocks-missing', data: { height: BLOCKS } },
  });
});
