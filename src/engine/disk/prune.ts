/**
 * Takes the transactions of old blocks out of a ledger's files. What stays of them (header, transaction hashes, seal, attestation) is enough for
 * receipts of every transaction; the state after the newest pruned block takes the place of what would have to be executed again.
 */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { codedError } from '../../base/errors.ts';
import { fail, ok, unwrap, type Result } from '../../base/result.ts';
import { pruneBlock } from '../../ledger/block/pruned-block.ts';
import { decodeBlock } from '../../ledger/block/block.ts';
import { emptyFrontier } from '../../ledger/proofs/merkle-log.ts';
import { BLOCK_FILE, readFrames } from './block-file.ts';
import { decodeBase, type Base } from './base.ts';
import { engineErrors } from './errors.ts';
import { firstHeight } from './history.ts';
import { INDEX_FOLDER } from './index-store.ts';
import type { LedgerDisk } from './ledger-disk.ts';
import { openLedgerDisk } from './open.ts';
import { stateChunks } from './snapshot-parts.ts';
import { openStorage } from './storage.ts';
import { writeBaseFile, type FrameWriter } from './write-base.ts';

export interface Pruned {
  /** Blocks up to this height have no transactions any more. */
  readonly height: number;
  readonly bytesBefore: number;
  readonly bytesAfter: number;
}

/**
 * The ledger must be closed. `height`: the newest block whose transactions go. `engine.not-retained`, and what `openLedgerDisk` says. Stopped at any
 * moment, the ledger is as it was before or as it is after.
 */
export async function pruneLedger(directory: string, height: number, notes: readonly string[] = []): Promise<Result<Pruned>> {
  const opened = await openLedgerDisk({ directory });
  if (!opened.ok) return opened;
  const disk = opened.value;
  const kept = notes.map((name) => ({ name, value: disk.noted(name) }));
  const rewritten = await rewrite(disk, height).finally(() => disk.close());
  if (!rewritten.ok) return rewritten;
  // Made anew at once, so that the next start is a quick one.
  const again = await openLedgerDisk({ directory });
  if (!again.ok) return again;
  for (const { name, value } of kept) if (value) again.value.note(name, value);
  await again.value.close();
  return rewritten;
}

async function rewrite(disk: LedgerDisk, height: number): Promise<Result<Pruned>> {
  const refused = (message: string) => fail(codedError(engineErrors, 'engine.not-retained', { message, data: { height } }));
  if (!Number.isSafeInteger(height) || height < firstHeight(disk.genesis) || height > disk.head().height)
    return refused(`There is no block ${height} to prune to: the ledger has blocks ${firstHeight(disk.genesis)} to ${disk.head().height}.`);
  const state = disk.stateAt(height);
  if (!state) return refused(`The state after block ${height} is not kept.`);
  await disk.flush();
  const path = join(disk.directory, BLOCK_FILE);
  const storage = await openStorage(path, 'read');
  try {
    const bytesBefore = storage.size();
    const old = await oldBase(storage);
    if (old && height < old.height) return refused(`Blocks up to ${old.height} are pruned already.`);
    const written = await writeBaseFile(
      disk.directory,
      {
        genesis: disk.genesis,
        base: { first: old?.first ?? firstHeight(disk.genesis), height, log: old?.log ?? emptyFrontier },
        blocks: (writer) => copyBlocks(writer, height),
        async state(writer) {
          let index = 0;
          for (const chunk of stateChunks({ nodes: disk.store.nodes, state })) if (chunk) await writer.frame('chunk', index++, chunk);
        },
        after: (writer) => copyRest(writer, height),
      },
      // The index is about the places of the old file; without it everything is found again from the new one, or from the old one still.
      async () => {
        await disk.close();
        await rm(join(disk.directory, INDEX_FOLDER), { recursive: true, force: true });
      },
    );
    if (!written.ok) return written;
    const after = await openStorage(path, 'read');
    const bytesAfter = after.size();
    await after.close();
    return ok({ height, bytesBefore, bytesAfter });
  } finally {
    await storage.close();
  }

  async function copyBlocks(writer: FrameWriter, upTo: number): Promise<void> {
    let genesis = true;
    for await (const { kind, height: at, payload } of readFrames(storage)) {
      // The first one is the ledger's own, and written already.
      if (kind === 'genesis' && !genesis) await writer.frame('genesis', at, payload);
      genesis = false;
      if (kind === 'pruned') await writer.frame('pruned', at, payload);
      if (kind === 'block' && at <= upTo) await writer.frame('pruned', at, pruneBlock(unwrap(decodeBlock(payload))));
    }
  }

  async function copyRest(writer: FrameWriter, upTo: number): Promise<void> {
    for await (const { kind, height: at, payload } of readFrames(storage))
      if (kind === 'attestation' || (kind === 'block' && at > upTo)) await writer.frame(kind, at, payload);
  }
}

async function oldBase(storage: Parameters<typeof readFrames>[0]): Promise<Base | undefined> {
  for await (const { kind, payload } of readFrames(storage)) {
    if (kind === 'base') return decodeBase(payload);
    if (kind !== 'genesis') return undefined;
  }
  return undefined;
}
