import { rm } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { codedError } from '../../base/errors.ts';
import { CodedException, fail, ok, plainError, type Result } from '../../base/result.ts';
import type { LedgerState } from '../../ledger/execution/ledger-state.ts';
import type { Genesis } from '../../ledger/genesis/genesis.ts';
import { BLOCK_FILE } from './blocks/block-file.ts';
import { hasLedger } from './create-ledger.ts';
import { ledgerDisk } from './disk.ts';
import { engineErrors, ioError } from './errors.ts';
import { isIndexReadable, markOpened } from './index/index-health.ts';
import { INDEX_FOLDER, openIndex, type IndexStore } from './index/index-store.ts';
import { diskDefaults, type DiskOptions, type LedgerDisk } from './ledger-disk.ts';
import { removeUnfinished } from './pruning/live-prune.ts';
import { acquireLock, type Lock } from './lock.ts';
import { catchUp, readGenesis, survey, type Recovery } from './recover.ts';
import { openStorage, type Storage } from './blocks/storage.ts';

/**
 * Opens a ledger that `createLedger` made, and recovers from a crash. `engine.no-ledger`, `engine.locked`, `engine.read-only`,
 * `engine.disk-full`, `engine.block-corrupted` and `engine.block-invalid` (data: height, offset), `engine.blocks-missing` (data: height).
 */
export async function openLedgerDisk(options: DiskOptions): Promise<Result<LedgerDisk>> {
  const { directory } = options;
  if (!hasLedger(directory)) return fail(codedError(engineErrors, 'engine.no-ledger', { message: `There is no ledger in ${directory}.` }));
  const lock = acquireLock(directory);
  if (!lock.ok) return lock;
  const opened = await openFiles(options, lock.value);
  if (!opened.ok) lock.value.release();
  return opened;
}

async function openFiles(options: DiskOptions, lock: Lock): Promise<Result<LedgerDisk>> {
  let storage: Storage | undefined;
  try {
    storage = await openStorage(join(options.directory, BLOCK_FILE), 'write');
    if (options.wrapStorage) storage = options.wrapStorage(storage);
    const opened = await openOver(storage, options, lock);
    if (!opened.ok) await storage.close();
    return opened;
  } catch (cause) {
    await storage?.close().catch(() => undefined);
    return fail(cause instanceof CodedException ? plainError(cause) : ioError(cause, 'opening the ledger'));
  }
}

async function openOver(storage: Storage, options: DiskOptions, lock: Lock): Promise<Result<LedgerDisk>> {
  const found = await readGenesis(storage);
  if (!found.ok) return found;
  const { genesis, end } = found.value;
  const recovered = await recoverIndex(storage, genesis, end, options);
  if (!recovered.ok) return recovered;
  const { index, state, recovery } = recovered.value;
  await removeUnfinished(options.directory);
  return ok(ledgerDisk({ ...diskDefaults, ...options, genesis, storage, index, state, recovery, lock }));
}

interface Recovered {
  readonly index: IndexStore;
  readonly state: LedgerState;
  readonly recovery: Recovery;
}

/** The index as it is, brought up to the blocks; should it not fit them, a new one. An error in the blocks themselves is final. */
async function recoverIndex(storage: Storage, genesis: Genesis, genesisEnd: number, options: DiskOptions): Promise<Result<Recovered>> {
  const folder = join(options.directory, INDEX_FOLDER);
  if (options.rebuildIndex === true) return attempt('it was asked for');
  if (!(await isIndexReadable(options.directory))) return attempt('it can’t be read');
  const first = await attempt(undefined);
  const hopeless = first.ok || final.has(first.error.code) || !existsSync(folder);
  return hopeless ? first : attempt(first.error.message);

  async function attempt(rebuilt: string | undefined): Promise<Result<Recovered>> {
    if (rebuilt !== undefined) await rm(folder, { recursive: true, force: true });
    let index: IndexStore | undefined;
    try {
      markOpened(options.directory);
      index = openIndex(folder);
      const recovered = await bringUp(index, rebuilt);
      if (!recovered.ok) await index.close().catch(() => undefined);
      return recovered;
    } catch (cause) {
      await index?.close().catch(() => undefined);
      if (cause instanceof CodedException) return fail(plainError(cause));
      const error = ioError(cause, 'reading the index');
      return fail(error.code === 'engine.io' ? codedError(engineErrors, 'engine.index-damaged', { message: error.message }) : error);
    }
  }

  async function bringUp(index: IndexStore, rebuilt: string | undefined): Promise<Result<Recovered>> {
    const surveyed = await survey(storage, genesis, genesisEnd, index, {
      fullCheckBytes: options.fullCheckBytes ?? diskDefaults.fullCheckBytes,
      acceptLoss: rebuilt !== undefined,
    });
    if (!surveyed.ok) return surveyed;
    if (surveyed.value.tornBytes > 0) await storage.truncate(surveyed.value.end);
    const caughtUp = await catchUp(storage, genesis, surveyed.value, index);
    if (!caughtUp.ok) return caughtUp;
    const { state, replayed } = caughtUp.value;
    return ok({ index, state, recovery: { tornBytes: surveyed.value.tornBytes, replayedBlocks: replayed, indexRebuilt: rebuilt } });
  }
}

/** Errors that a new index would not mend. */
const final: ReadonlySet<string> = new Set(['engine.block-corrupted', 'engine.blocks-missing', 'engine.read-only', 'engine.disk-full']);
