/** How much room the ledger takes and how much is left. */
import { readdir, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { EngineStatus } from '../../ledger/engine-status.ts';

/** Deeper or wider than any engine's folder; keeps a folder that is not one from being read for ever. */
const MAX_FILES = 20_000;

/** `parts`: names for people, each of a file or folder of the directory; what is not there has no bytes. */
export async function diskUsage(directory: string, parts: Readonly<Record<string, string>>): Promise<EngineStatus['disk']> {
  const { bavail, blocks, bsize } = await statfs(directory);
  const measured = await Promise.all(Object.entries(parts).map(async ([name, path]) => ({ name, bytes: await bytesOf(join(directory, path)) })));
  return { directory, freeBytes: bavail * bsize, totalBytes: blocks * bsize, parts: measured };
}

/** What the files take on the disk: an index with holes takes less than its length says. */
async function bytesOf(path: string): Promise<number> {
  const found = await stat(path).catch(() => undefined);
  if (!found) return 0;
  const allocated = (one: { readonly blocks: number; readonly size: number }): number => (one.blocks > 0 ? one.blocks * 512 : one.size);
  if (!found.isDirectory()) return allocated(found);
  const names = (await readdir(path, { recursive: true }).catch(() => [])).slice(0, MAX_FILES);
  let bytes = 0;
  for (const name of names) {
    const file = await stat(join(path, name)).catch(() => undefined);
    if (file?.isFile() === true) bytes += allocated(file);
  }
  return bytes;
}
