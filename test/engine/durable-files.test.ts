/** A process that is killed loses nothing that it wrote; a machine that loses its power does, unless the file was synced before anybody was told. */
import { join } from 'node:path';
import { beforeEach, expect, it, vi } from 'vitest';
import { unwrap } from '../../src/base/result.ts';
import { pruneLedger } from '../../src/engine/disk/pruning/prune.ts';
import { openStorage } from '../../src/engine/disk/blocks/storage.ts';
import { newLedger, openGrant, temporaryFolder, transactionOf } from '../support/ledger.ts';
import { done } from '../support/recorded-files.ts';

vi.mock('node:fs/promises', async (original) => {
  const { recordedFiles } = await import('../support/recorded-files.ts');
  return recordedFiles(await original());
});

const BLOCKS = 'blocks.clg';
beforeEach(() => void (done.length = 0));

/** Names of drafts have a process id in them. */
const plain = (): readonly string[] => done.map((each) => each.replaceAll(/\.\d+\.new/g, '.new'));

it('a block is synced before its transactions are answered, with one sync for all of them', async () => {
  using folder = temporaryFolder();
  const ledger = await newLedger(folder.path);
  done.length = 0;
  const answers = await Promise.all(Array.from({ length: 5 }, () => ledger.submit(transactionOf('hospital', [openGrant()]))));
  const when = [...done];
  const blocks = new Set(answers.map((answer) => unwrap(answer).height));
  expect(blocks.size).toBeLessThan(answers.length);
  expect(when).toEqual([...blocks].flatMap(() => [`write ${BLOCKS}`, `sync ${BLOCKS}`]));
  await ledger.close();
});

it('what is cut off is synced away before anything is written in its place', async () => {
  using folder = temporaryFolder();
  await (await newLedger(folder.path)).close();
  done.length = 0;
  const storage = await openStorage(join(folder.path, BLOCKS), 'write');
  await storage.truncate(storage.size() - 1);
  expect(done).toEqual([`truncate ${BLOCKS}`, `sync ${BLOCKS}`]);
  await storage.close();
});

it('a new file takes its place when it is durable, and its name is durable before anybody counts on it', async () => {
  using folder = temporaryFolder();
  const folderName = folder.path.split('/').at(-1)!;
  const ledger = await newLedger(folder.path);
  const replaced = [`write ${BLOCKS}.new`, `sync ${BLOCKS}.new`, `rename ${BLOCKS}.new ${BLOCKS}`, `sync ${folderName}`];
  expect(plain()).toEqual(replaced);
  for (let block = 0; block < 5; block++) unwrap(await ledger.submit(transactionOf('hospital', [openGrant()])));
  await ledger.close();
  done.length = 0;
  unwrap(await pruneLedger(folder.path, { height: 3 }));
  expect(plain()).toEqual(replaced);
});
