/** Opening a node's ledger: never one of another genesis, though its name may be the same. */
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openCometLedger } from '../../../src/engine/cometbft/open.ts';
import { openLedgerDisk } from '../../../src/engine/disk/open.ts';
import { unwrap } from '../../../src/base/result.ts';
import { consensusGenesis as genesis, drivenLedger } from '../../support/abci-driver/ledger.ts';
import { openGrant, seedOf, temporaryFolder, transactionOf } from '../../support/ledger.ts';

const optionsOf = (directory: string) => ({
  directory,
  // Ends at once: no engine is needed to see that it is not to be started.
  program: '/bin/true',
  genesis,
  validatorSeed: seedOf('validator hospital'),
  nodeSeed: seedOf('machine'),
  issuerSeed: seedOf('hospital'),
  settings: { moniker: 'hospital', listen: '127.0.0.1:29917', peers: [] },
});

it.each([
  ['beside data of an engine', true],
  ['by itself, where one of this genesis would be fetched anew', false],
])('a ledger of another genesis is refused, left as it is, and not kept open: %s', async (_, hasEngineData) => {
  using folder = temporaryFolder();
  const other = { ...genesis, time: genesis.time - 1 };
  const { driver, disk, close } = await drivenLedger(join(folder.path, 'ledger'), other);
  await driver.block({ transactions: [transactionOf('hospital', [openGrant()])] });
  const { blockHash } = disk.head();
  driver.stop();
  await close();
  if (hasEngineData) mkdirSync(join(folder.path, 'cometbft/data/state.db'), { recursive: true });
  expect(await openCometLedger(optionsOf(folder.path))).toMatchObject({ ok: false, error: { code: 'cometbft.other-ledger' } });
  expect(readdirSync(folder.path).filter((name) => name.startsWith('ledger'))).toEqual(['ledger']);
  const again = unwrap(await openLedgerDisk({ directory: join(folder.path, 'ledger') }));
  expect(again.head().blockHash).toEqual(blockHash);
  await again.close();
});

it('a program that is not there is said before anything is made', async () => {
  using folder = temporaryFolder();
  const outcome = await openCometLedger({ ...optionsOf(join(folder.path, 'home')), program: join(folder.path, 'no-such') });
  expect(outcome).toMatchObject({ ok: false, error: { code: 'cometbft.missing' } });
});
