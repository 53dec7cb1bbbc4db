import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createGenesis } from '../../src/engine/embedded/create-genesis.ts';
import { openEmbeddedLedger } from '../../src/engine/embedded/open.ts';
import type { Storage } from '../../src/engine/disk/blocks/storage.ts';
import { verifyBlocks } from '../../src/engine/disk/verify-blocks.ts';
import { genesis, newLedger, openGrant, openLedger, seedOf, temporaryFolder, transactionOf } from '../support/ledger.ts';

const transaction = () => transactionOf('hospital', [openGrant()]);
const systemError = (code: string) => Object.assign(new Error(`${code}: injected`), { code });

/** A disk that fails appends while `code` is set, after some of the bytes have arrived. */
function failingDisk() {
  const disk = {
    code: undefined as string | undefined,
    truncateFails: false,
    wrap: (storage: Storage): Storage => ({
      ...storage,
      async append(bytes) {
        if (disk.code === undefined) return storage.append(bytes);
        await storage.append(bytes.subarray(0, bytes.length >> 1));
        throw systemError(disk.code);
      },
      async truncate(size) {
        if (disk.truncateFails) throw systemError('EIO');
        await storage.truncate(size);
      },
    }),
  };
  return disk;
}

describe('when the disk fails', () => {
  for (const [system, code] of [
    ['ENOSPC', 'engine.disk-full'],
    ['EDQUOT', 'engine.disk-full'],
    ['EROFS', 'engine.read-only'],
    ['EIO', 'engine.io'],
  ] as const)
    it(`${system} while a block is written is ${code}, leaves nothing half-written, and passes`, async () => {
      using folder = temporaryFolder();
      const disk = failingDisk();
      const ledger = await newLedger(folder.path, { wrapStorage: disk.wrap });
      expect((await ledger.submit(transaction())).ok).toBe(true);
      const before = readFileSync(join(folder.path, 'blocks.clg'));
      const head = ledger.head();
      const later = transaction();
      disk.code = system;
      const refused = await Promise.all([later, transaction(), transaction()].map((bytes) => ledger.submit(bytes)));
      for (const result of refused) expect(result).toMatchObject({ ok: false, error: { code } });
      expect(readFileSync(join(folder.path, 'blocks.clg')).equals(before)).toBe(true);
      expect(ledger.head()).toEqual(head);

      disk.code = undefined;
      expect(await ledger.submit(later)).toMatchObject({ ok: true, value: { height: 2, logIndex: 1 } });
      await ledger.close();
      expect(await verifyBlocks({ directory: folder.path })).toMatchObject({ holds: true, transactions: 2 });
    });

  it('stops when the file can’t be brought back to where it was; the next start does it', async () => {
    using folder = temporaryFolder();
    const disk = failingDisk();
    const ledger = await newLedger(folder.path, { wrapStorage: disk.wrap });
    expect((await ledger.submit(transaction())).ok).toBe(true);
    Object.assign(disk, { code: 'ENOSPC', truncateFails: true });
    expect((await ledger.submit(transaction())).ok).toBe(false);
    disk.code = undefined;
    expect(await ledger.submit(transaction())).toMatchObject({ ok: false, error: { code: 'engine.disk-full' } });
    await ledger.close();
    const again = await openLedger(folder.path);
    expect(again.recovery.tornBytes).toBeGreaterThan(0);
    expect(again.head().height).toBe(1);
    await again.close();
  });

  it('a directory that can’t be made is a coded error', async () => {
    using folder = temporaryFolder();
    writeFileSync(join(folder.path, 'file'), '');
    expect(await createGenesis(join(folder.path, 'file', 'ledger'), genesis, seedOf('node'))).toMatchObject({
      ok: false,
      error: { code: 'engine.io' },
    });
  });
});

describe('one process at a time', () => {
  const open = (directory: string) => openEmbeddedLedger({ directory, nodeSeed: seedOf('node') });

  it('refuses a second one, in this process and in another', async () => {
    using folder = temporaryFolder();
    const ledger = await newLedger(folder.path);
    expect(await open(folder.path)).toMatchObject({ ok: false, error: { code: 'engine.locked', data: { pid: process.pid } } });
    await ledger.close();

    const other = spawn(process.execPath, [new URL('./writer.ts', import.meta.url).pathname, folder.path], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(other.stdout!, 'data');
    expect(await open(folder.path)).toMatchObject({ ok: false, error: { code: 'engine.locked', data: { pid: other.pid } } });
    other.kill('SIGKILL');
    await once(other, 'exit');
    const after = await open(folder.path);
    expect(after.ok).toBe(true);
    if (after.ok) await after.value.close();
    expect(existsSync(join(folder.path, 'lock'))).toBe(false);
  });

  it('takes over a lock whose process is gone, or is another one by now', async () => {
    using folder = temporaryFolder();
    await (await newLedger(folder.path)).close();
    for (const stale of ['4194303 1\n', `${process.pid} 1\n`, 'rubbish', '']) {
      writeFileSync(join(folder.path, 'lock'), stale);
      const opened = await open(folder.path);
      expect(opened.ok, JSON.stringify(stale)).toBe(true);
      if (opened.ok) await opened.value.close();
    }
  });
});
