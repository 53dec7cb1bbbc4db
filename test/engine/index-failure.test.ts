/** The index that can't be written when its block is durable already: the block is answered for, and no other is made on an index that lacks it. */
import { afterEach, expect, it, vi } from 'vitest';
import type { IndexStore } from '../../src/engine/disk/index/index-store.ts';
import { newLedger, openGrant, openLedger, temporaryFolder, transactionOf } from '../support/ledger.ts';

const disk = vi.hoisted(() => ({ isFull: false }));

vi.mock('../../src/engine/disk/index/index-store.ts', async (original) => {
  const real = await original<{ openIndex: (path: string) => IndexStore }>();
  return {
    ...real,
    openIndex(path: string): IndexStore {
      const index = real.openIndex(path);
      return {
        ...index,
        async apply(writes) {
          if (disk.isFull) throw Object.assign(new Error('ENOSPC: injected'), { code: 'ENOSPC' });
          await index.apply(writes);
        },
      };
    },
  };
});
afterEach(() => void (disk.isFull = false));

it('is said, and the next start brings it up to the block', async () => {
  using folder = temporaryFolder();
  const ledger = await newLedger(folder.path);
  const transactions = Array.from({ length: 3 }, () => transactionOf('hospital', [openGrant()]));
  expect(await ledger.submit(transactions[0]!)).toMatchObject({ ok: true, value: { height: 1 } });
  disk.isFull = true;
  // Its block is on the disk: refused, it would be sent again, and be there twice.
  expect(await ledger.submit(transactions[1]!)).toMatchObject({ ok: true, value: { height: 2 } });
  disk.isFull = false;
  for (const bytes of [transactions[2]!, transactions[1]!])
    expect(await ledger.submit(bytes)).toMatchObject({ ok: false, error: { code: 'engine.disk-full' } });
  await ledger.close();

  const again = await openLedger(folder.path);
  expect(again.head().height).toBe(2);
  expect(await again.submit(transactions[1]!)).toMatchObject({ ok: false, error: { code: 'ledger.replayed' } });
  expect(await again.submit(transactions[2]!)).toMatchObject({ ok: true, value: { height: 3 } });
  await again.close();
});
