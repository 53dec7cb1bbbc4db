/**
 * Commit and the disk: whoever waits is answered when the block is on the disk, not before, and never for one that the disk did not take; what is on the
 * disk says where the ledger is in the consensus.
 */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { unwrap } from '../../../src/base/result.ts';
import type { Storage } from '../../../src/engine/disk/blocks/storage.ts';
import { EngineConnection } from '../../support/abci-driver/connection.ts';
import { AbciDriver } from '../../support/abci-driver/driver.ts';
import { driverOptions, newConsensusLedger, serveLedger, type ServedLedger } from '../../support/abci-driver/ledger.ts';
import { openGrant, temporaryFolder, transactionOf } from '../../support/ledger.ts';

/** What the block file does when it is appended to; set by each test. */
let append: (write: () => Promise<void>) => Promise<void>;
let folder: ReturnType<typeof temporaryFolder>;
let ledger: ServedLedger;
let driver: AbciDriver;

beforeEach(async () => {
  folder = temporaryFolder();
  const directory = join(folder.path, 'ledger');
  await newConsensusLedger(directory);
  append = (write) => write();
  const wrapStorage = (storage: Storage): Storage => ({ ...storage, append: (bytes) => append(() => storage.append(bytes)) });
  ledger = await serveLedger(directory, {}, { wrapStorage });
  driver = new AbciDriver(driverOptions(ledger.socketPath));
  await driver.start();
});
afterEach(async () => {
  driver.stop();
  await ledger.close();
  folder[Symbol.dispose]();
});

/** A transaction that waits in the mempool, and what whoever sent it has heard so far. */
async function waiting() {
  const bytes = transactionOf('hospital', [openGrant()]);
  const sender: { answer?: unknown } = {};
  void ledger.application.decided(unwrap(await ledger.application.check(bytes))).then((answer) => (sender.answer = answer));
  await driver.checkTx(bytes);
  return sender;
}

it('answers when the block is on the disk, and not while it is being written', async () => {
  const sender = await waiting();
  const begun = Promise.withResolvers<void>();
  const go = Promise.withResolvers<void>();
  append = async (write) => {
    begun.resolve();
    await go.promise;
    await write();
  };
  let isCommitted = false;
  const block = driver.block().then(() => (isCommitted = true));
  await begun.promise;
  await sleep(20);
  expect({ isCommitted, answer: sender.answer }).toEqual({ isCommitted: false, answer: undefined });
  expect(ledger.application.consensus.height).toBe(0);
  go.resolve();
  await block;
  expect(sender.answer).toMatchObject({ ok: true, value: { height: 1, logIndex: 0 } });
  expect(ledger.application.consensus.height).toBe(1);
});

it('answers nobody for a block that the disk did not take; the engine replays it', async () => {
  const sender = await waiting();
  append = async () => {
    throw Object.assign(new Error('ENOSPC: injected'), { code: 'ENOSPC' });
  };
  await expect(driver.block()).rejects.toThrow(/no space left/);
  expect(sender.answer).toBeUndefined();
  expect(ledger.application.consensus.height).toBe(0);
  expect(ledger.disk.head().height).toBe(0);
  append = (write) => write();
  expect(await driver.start()).toBe(1);
  expect(sender.answer).toMatchObject({ ok: true, value: { height: 1, logIndex: 0 } });
  expect(ledger.disk.head().height).toBe(1);
});

it('knows its place in the consensus from the newest block alone, when the notes are gone with the index', async () => {
  await driver.block({ transactions: [] });
  await driver.block({ transactions: [transactionOf('hospital', [openGrant()])] });
  await driver.block({ transactions: [] });
  expect(ledger.application.consensus).toMatchObject({ height: 3, changedAt: 2 });
  const { directory } = ledger.disk;
  await ledger.close();
  ledger = await serveLedger(directory, {}, { rebuildIndex: true });
  expect(ledger.disk.head().height).toBe(1);
  expect(ledger.application.consensus).toMatchObject({ height: 2, changedAt: 2 });
  // Only what changed nothing comes again.
  expect(await driver.start()).toBe(1);
});

it('does not begin anew when it has blocks', async () => {
  await driver.block({ transactions: [transactionOf('hospital', [openGrant()])] });
  const { chainId, appState } = driverOptions(ledger.socketPath);
  const engine = await EngineConnection.open(ledger.socketPath);
  await expect(engine.call('initChain', { chainId, appStateBytes: appState, initialHeight: 1n })).rejects.toThrow(/InitChain at consensus height 1/);
  engine.close();
  expect(ledger.disk.head().height).toBe(1);
});
