/**
 * A node that died between having a snapshot and the engine's knowing of it: the same one is offered again, and is there already. No other one is ever
 * taken in its place.
 */
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { OfferSnapshotResult as Offered, ApplySnapshotChunkResult as Applied } from '../../../src/engine/abci/codec.ts';
import { drivenLedger } from '../../support/abci-driver/ledger.ts';
import { openGrant, random, temporaryFolder, transactionOf } from '../../support/ledger.ts';

let folder: ReturnType<typeof temporaryFolder>;
let ledger: Awaited<ReturnType<typeof drivenLedger>>;
beforeEach(async () => {
  folder = temporaryFolder();
  ledger = await drivenLedger(join(folder.path, 'ledger'));
  await ledger.driver.block({ transactions: [] });
  await ledger.driver.block({ transactions: [transactionOf('hospital', [openGrant()])] });
});
afterEach(async () => {
  ledger.driver.stop();
  await ledger.close();
  folder[Symbol.dispose]();
});

/** What is said to a snapshot of a consensus height, and to its first chunk. */
async function offered(height: bigint, appHash: Uint8Array) {
  const snapshot = { height, format: 1, chunks: 1, hash: random(32), metadata: random(9) };
  const { result } = await ledger.driver.snapshots.offer({ snapshot, appHash });
  return [result, (await ledger.driver.snapshots.apply({ index: 0, chunk: random(9), sender: 'peer' })).result];
}

const yes = [Offered.ACCEPT, Applied.ACCEPT];
const no = [Offered.REJECT, Applied.ABORT];

it('is there already when it is the one of this height and this app hash', async () => {
  const { appHash } = ledger.application.consensus;
  expect(await offered(2n, appHash)).toEqual(yes);
  expect(await offered(2n, random(32))).toEqual(no);
  expect(await offered(1n, appHash)).toEqual(no);
  expect(await offered(3n, appHash)).toEqual(no);
  expect(await offered(2n, appHash)).toEqual(yes);
});

it('is another one once there were blocks after it, though they changed nothing', async () => {
  await ledger.driver.block({ transactions: [] });
  const { appHash, height } = ledger.application.consensus;
  expect(height).toBe(3);
  for (const at of [2n, 3n]) expect(await offered(at, appHash)).toEqual(no);
});
