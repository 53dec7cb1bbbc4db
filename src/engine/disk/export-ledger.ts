/**
 * A ledger in one file: everything that it takes to check its history offline and to go on with it. The form is the block file's own, so an export is
 * checked by `verifyBlocks` like a directory. Behind the blocks stands the trust bundle that was kept, where it says more than the genesis: who the
 * validators were, and which ledgers came before.
 */
import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { codedError } from '../../base/errors.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import { blockCorrupted, BLOCK_FILE, readFrames } from './blocks/block-file.ts';
import { hasLedger, syncDirectory } from './create-ledger.ts';
import { engineErrors, ioError } from './errors.ts';
import { encodeFrame } from './blocks/frame.ts';
import { keptTrust } from './trust/kept-trust.ts';
import { readGenesis } from './recover.ts';
import { openStorage, type Storage } from './blocks/storage.ts';

export interface Exported {
  /** Of the newest block in the file. */
  readonly height: number;
  readonly bytes: number;
}

const COPIED_AT_A_TIME = 4_194_304;

/** May run while the ledger goes on: the export ends with some block. `engine.no-ledger`, `engine.block-corrupted`, `engine.disk-full`, `engine.io`. */
export async function exportLedger(directory: string, file: string): Promise<Result<Exported>> {
  if (!hasLedger(directory)) return fail(codedError(engineErrors, 'engine.no-ledger', { message: `There is no ledger in ${directory}.` }));
  const storage = await openStorage(join(directory, BLOCK_FILE), 'read');
  try {
    let height = 0;
    let end = 0;
    const frames = readFrames(storage);
    for (let step = await frames.next(); ; step = await frames.next()) {
      if (step.done && step.value.kind === 'damaged') return fail(blockCorrupted(step.value.end, height + 1, step.value.why));
      if (step.done) break;
      end = step.value.end;
      if (step.value.kind === 'block' || step.value.kind === 'pruned') ({ height } = step.value);
    }
    const found = await readGenesis(storage);
    if (!found.ok) return found;
    const trust = await keptTrust(directory, found.value.genesis);
    const more = trust ? encodeFrame('trust', height, trust) : new Uint8Array(0);
    await copy(storage, end, more, file);
    return ok({ height, bytes: end + more.length });
  } catch (cause) {
    return fail(ioError(cause, 'exporting the ledger'));
  } finally {
    await storage.close();
  }
}

async function copy(storage: Storage, end: number, more: Uint8Array, file: string): Promise<void> {
  const draft = `${file}.${process.pid}.new`;
  let handle: FileHandle | undefined;
  try {
    handle = await open(draft, 'wx', 0o600);
    const write = async (bytes: Uint8Array): Promise<void> => {
      for (let from = 0; from < bytes.length;) from += (await handle!.write(bytes, from)).bytesWritten;
    };
    for (let at = 0; at < end;) {
      const bytes = await storage.read(at, Math.min(COPIED_AT_A_TIME, end - at));
      await write(bytes);
      at += bytes.length;
    }
    await write(more);
    await handle.sync();
    await handle.close();
    handle = undefined;
    await rename(draft, file);
    await syncDirectory(dirname(file));
  } finally {
    await handle?.close().catch(() => undefined);
    await rm(draft, { force: true }).catch(() => undefined);
  }
}
