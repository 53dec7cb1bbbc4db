/**
 * Takes the transactions of old blocks out of a ledger's files. What stays of them (header, transaction hashes, seal, attestation) is enough for
 * receipts of every transaction; the state after the newest pruned block takes the place of what would have to be executed again.
 */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { codedError } from '../../../base/errors.ts';
import { fail, ok, type Result } from '../../../base/result.ts';
import { BLOCK_FILE } from '../blocks/block-file.ts';
import { engineErrors } from '../errors.ts';
import { firstHeight } from '../blocks/history.ts';
import { INDEX_FOLDER } from '../index/index-store.ts';
import type { LedgerDisk } from '../ledger-disk.ts';
import { openLedgerDisk } from '../open.ts';
import { baseOfFile, copyPruned, copyRest, copyState } from '../blocks/rewrite-blocks.ts';
import { openStorage } from '../blocks/storage.ts';
import { writeBaseFile } from '../blocks/write-base.ts';

export interface Pruned {
  /** Blocks up to this height have no transactions any more. */
  readonly height: number;
  readonly bytesBefore: number;
  readonly bytesAfter: number;
}

/**
 * The ledger must be closed. `height`: the newest block whose transactions go, or a number of newest blocks to keep whole. Stopped at any moment,
 * the ledger is as it was before or as it is after. `engine.not-retained`, and what `openLedgerDisk` says.
 */
export async function pruneLedger(directory: string, upTo: { readonly height: number } | { readonly keep: number }): Promise<Result<Pruned>> {
  const opened = await openLedgerDisk({ directory });
  if (!opened.ok) return opened;
  const disk = opened.value;
  const notes = disk.notes();
  const height = 'height' in upTo ? upTo.height : disk.head().height - upTo.keep;
  const rewritten = await rewrite(disk, height).finally(() => disk.close());
  if (!rewritten.ok) return rewritten;
  // Made anew at once, so that the next start is a quick one.
  const again = await openLedgerDisk({ directory });
  if (!again.ok) return again;
  for (const [name, value] of notes) again.value.note(name, value);
  await again.value.close();
  return rewritten;
}

async function rewrite(disk: LedgerDisk, height: number): Promise<Result<Pruned>> {
  const { directory, genesis } = disk;
  const [first, newest] = [firstHeight(genesis), disk.head().height];
  const refused = (message: string) => fail(codedError(engineErrors, 'engine.not-retained', { message, data: { height } }));
  if (!Number.isSafeInteger(height) || height < first || height > newest)
    return refused(`The ledger has blocks ${first} to ${newest}: it can’t be pruned up to block ${height}.`);
  const state = disk.stateAt(height);
  if (!state) return refused(`The state after block ${height} is not kept any more.`);
  await disk.flush();
  const path = join(directory, BLOCK_FILE);
  const storage = await openStorage(path, 'read');
  try {
    const old = await baseOfFile(storage, genesis);
    if (height < old.height) return refused(`Blocks up to ${old.height} are pruned already.`);
    const written = await writeBaseFile(
      directory,
      {
        genesis,
        base: { ...old, height },
        blocks: (writer) => copyPruned(storage, writer, height),
        state: (writer) => copyState(disk.store.nodes, state, writer),
        after: (writer) => copyRest(storage, writer, height),
      },
      // The index is about the places of the old file. Without it everything is found again: from the new file, or from the old one still.
      async () => {
        await disk.close();
        await rm(join(directory, INDEX_FOLDER), { recursive: true, force: true });
      },
    );
    if (!written.ok) return written;
    const bytesBefore = storage.size();
    const after = await openStorage(path, 'read');
    const bytesAfter = after.size();
    await after.close();
    return ok({ height, bytesBefore, bytesAfter });
  } finally {
    await storage.close();
  }
}
