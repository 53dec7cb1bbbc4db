/** Small files that are either as they were or as they are to be, whatever moment the machine stops at. */
import { createHash } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Durable when it resolves: content, name, and the folder that holds the name. */
export async function writeDurably(path: string, bytes: Uint8Array): Promise<void> {
  const draft = `${path}.new`;
  const file = await open(draft, 'w', 0o600);
  try {
    await file.writeFile(bytes);
    await file.datasync();
  } finally {
    await file.close();
  }
  await rename(draft, path);
  const folder = await open(dirname(path), 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

export const makeFolder = async (path: string): Promise<void> => void (await mkdir(path, { recursive: true, mode: 0o700 }));

/** Undefined when there is none. */
export async function readIfThere(path: string): Promise<Uint8Array | undefined> {
  try {
    return new Uint8Array(await readFile(path));
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw cause;
  }
}

/** Names with this ending, in order. */
export const namesIn = async (folder: string, ending: string): Promise<readonly string[]> =>
  (await readdir(folder).catch(() => [])).filter((name) => name.endsWith(ending)).toSorted();

/** Removes all but the last `kept` of the names with this ending. */
export async function keepNewest(folder: string, ending: string, kept: number): Promise<void> {
  for (const name of (await namesIn(folder, ending)).slice(0, -kept)) await rm(join(folder, name), { force: true });
}

/** A name for what is identified by something from outside. */
export const fileNameOf = (named: string | Uint8Array): string => createHash('sha256').update(named).digest('hex');
