/** Writes a block file that begins with a base: a draft beside it, made durable as a whole, then renamed. */
import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { concat } from '../../../base/bytes.ts';
import { fail, ok, type Result } from '../../../base/result.ts';
import { encodeGenesis, type Genesis } from '../../../ledger/genesis/genesis.ts';
import { encodeBase, type Base } from './base.ts';
import { BLOCK_FILE } from './block-file.ts';
import { syncDirectory } from '../create-ledger.ts';
import { ioError } from '../errors.ts';
import { encodeFrame, FILE_MARK, type FrameKind } from './frame.ts';

export interface FrameWriter {
  frame(kind: FrameKind, height: number, payload: Uint8Array): Promise<void>;
}

export interface BaseContent {
  readonly genesis: Genesis;
  readonly base: Base;
  /** Geneses of earlier ledgers, and the pruned blocks from `base.first` to `base.height`. */
  readonly blocks: (writer: FrameWriter) => Promise<void>;
  readonly state: (writer: FrameWriter) => Promise<void>;
  /** What follows the base. */
  readonly after?: (writer: FrameWriter) => Promise<void>;
}

/** `before`: done when everything is durable in the draft, before it takes the file's place. `engine.disk-full`, `engine.read-only`, `engine.io`. */
export async function writeBaseFile(directory: string, content: BaseContent, before?: () => Promise<void>): Promise<Result<void>> {
  const { genesis, base } = content;
  const path = join(directory, BLOCK_FILE);
  const draft = `${path}.${process.pid}.new`;
  let file: FileHandle | undefined;
  try {
    file = await open(draft, 'w', 0o600);
    const writer = frameWriter(file);
    await file.write(FILE_MARK);
    await writer.frame('genesis', 0, encodeGenesis(genesis));
    await writer.frame('base', base.height, encodeBase(base));
    await content.blocks(writer);
    await content.state(writer);
    await writer.frame('base', base.height, new Uint8Array(0));
    await content.after?.(writer);
    await writer.flush();
    await file.sync();
    await file.close();
    file = undefined;
    await before?.();
    await rename(draft, path);
    await syncDirectory(directory);
    return ok(undefined);
  } catch (cause) {
    return fail(ioError(cause, 'writing the block file'));
  } finally {
    await file?.close().catch(() => undefined);
    await rm(draft, { force: true }).catch(() => undefined);
  }
}

/** Small frames go to the file together: each call of the system is a turn of the process, which others may be using. */
const WRITTEN_AT_ONCE = 1_048_576;

function frameWriter(file: FileHandle): FrameWriter & { flush(): Promise<void> } {
  let waiting: Uint8Array[] = [];
  let size = 0;
  const writer = {
    async frame(kind: FrameKind, height: number, payload: Uint8Array) {
      const bytes = encodeFrame(kind, height, payload);
      waiting.push(bytes);
      size += bytes.length;
      if (size >= WRITTEN_AT_ONCE) await writer.flush();
    },
    async flush() {
      const bytes = concat(...waiting);
      [waiting, size] = [[], 0];
      for (let from = 0; from < bytes.length;) from += (await file.write(bytes, from)).bytesWritten;
    },
  };
  return writer;
}
