/** The receiving side of a snapshot: chunks are kept beside the ledger's place until all of them are there. */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { codedError } from '../../../base/errors.ts';
import { fail, ok, type Result } from '../../../base/result.ts';
import type { Header } from '../../../ledger/block/header.ts';
import type { Genesis } from '../../../ledger/genesis/genesis.ts';
import { decodePrunedBlock } from '../../../ledger/block/pruned-block.ts';
import { BLOCK_FILE } from '../blocks/block-file.ts';
import { hasLedger } from '../create-ledger.ts';
import { engineErrors, ioError } from '../errors.ts';
import { INDEX_FOLDER } from '../index/index-store.ts';
import { openLedgerDisk } from '../open.ts';
import { corrupted, decodeHistoryChunk, decodeManifest, isChunk, type ReadManifest } from './snapshot-format.ts';
import type { SnapshotReceiver } from './snapshot.ts';
import { writeBaseFile, type FrameWriter } from '../blocks/write-base.ts';

export interface ReceiveOptions {
  /** Where the ledger is going to be; there must be none yet. */
  readonly directory: string;
  readonly genesis: Genesis;
  readonly manifest: Uint8Array;
}

/** `engine.ledger-exists`, `engine.snapshot-corrupted`, `engine.read-only`, `engine.disk-full`. */
export async function receiveSnapshot({ directory, genesis, manifest }: ReceiveOptions): Promise<Result<SnapshotReceiver>> {
  if (hasLedger(directory)) return fail(codedError(engineErrors, 'engine.ledger-exists', { data: { directory } }));
  const read = decodeManifest(manifest, genesis);
  if (!read.ok) return read;
  const folder = join(directory, `incoming-${process.pid}`);
  try {
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true, mode: 0o700 });
  } catch (cause) {
    return fail(ioError(cause, 'receiving a snapshot'));
  }
  return ok(receiver(directory, folder, genesis, read.value));
}

function receiver(directory: string, folder: string, genesis: Genesis, manifest: ReadManifest): SnapshotReceiver {
  const { height, blockHash, chunks, header } = manifest;
  const arrived = new Set<number>();
  const chunkPath = (index: number): string => join(folder, String(index));
  const readChunk = async (index: number): Promise<Uint8Array> => new Uint8Array(await readFile(chunkPath(index)));
  const abort = (): Promise<void> => rm(folder, { recursive: true, force: true });

  const self: SnapshotReceiver = {
    height,
    blockHash,
    chunks: chunks.length,
    missing: () => chunks.flatMap((_, index) => (arrived.has(index) ? [] : [index])),

    async add(index, chunk) {
      const hash = chunks[index];
      if (!hash || !isChunk(chunk, hash)) return corrupted(`chunk ${index} is not the one of the manifest`, { chunk: index });
      try {
        await writeFile(chunkPath(index), chunk, { mode: 0o600 });
      } catch (cause) {
        return fail(ioError(cause, 'receiving a snapshot'));
      }
      arrived.add(index);
      return ok(undefined);
    },

    async finish(): Promise<Result<Header>> {
      const missing = chunks.length - arrived.size;
      if (missing > 0)
        return fail(codedError(engineErrors, 'engine.snapshot-incomplete', { message: `${missing} chunks of the snapshot are missing.` }));
      const { first, log } = manifest;
      const written = await writeBaseFile(directory, { genesis, base: { first, height, log }, blocks, state });
      if (!written.ok) return written;
      const opened = await openLedgerDisk({ directory });
      const fault = opened.ok ? await faultOf(opened.value.head().blockHash) : opened.error.message;
      if (opened.ok) await opened.value.close();
      await abort();
      if (fault === undefined) return ok(header);
      // The chunks are what the manifest says, so it is the manifest that lies.
      await rm(join(directory, BLOCK_FILE), { force: true });
      await rm(join(directory, INDEX_FOLDER), { recursive: true, force: true });
      return corrupted(fault);
    },

    abort,
  };
  return self;

  async function faultOf(newest: Uint8Array): Promise<string | undefined> {
    return Buffer.compare(newest, blockHash) === 0 ? undefined : 'its newest block is not the one of its header';
  }

  async function blocks(writer: FrameWriter): Promise<void> {
    for (let index = 0; index < manifest.history; index++) {
      const items = decodeHistoryChunk(await readChunk(index));
      if (!items.ok) continue;
      for (const item of items.value) {
        const block = decodePrunedBlock(item);
        await writer.frame('pruned', block.ok ? block.value.header.height : 0, item);
      }
    }
  }

  async function state(writer: FrameWriter): Promise<void> {
    for (let index = manifest.history; index < chunks.length; index++) await writer.frame('chunk', index - manifest.history, await readChunk(index));
  }
}
