/**
 * Folders whose path comes from a person. Node's own recursive `mkdir` never comes back where a file system says of a folder that it does not exist,
 * though the one above it does and takes nothing (`/proc`).
 */
import { mkdir, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

/** Makes it and those above it that are missing, all with this mode; leaves it as it is when it is there. Throws the system's errors. */
export async function makeFolder(path: string, mode: number = 0o777): Promise<void> {
  const folder = resolve(path);
  const failed = await make(folder, mode);
  if (!failed) return;
  if (failed.code === 'EEXIST' && (await isFolder(folder))) return;
  const above = dirname(folder);
  if (failed.code !== 'ENOENT' || above === folder || (await isFolder(above))) throw failed;
  await makeFolder(above, mode);
  const again = await make(folder, mode);
  if (again && !(again.code === 'EEXIST' && (await isFolder(folder)))) throw again;
}

const make = (path: string, mode: number): Promise<NodeJS.ErrnoException | undefined> =>
  mkdir(path, { mode }).then(
    () => undefined,
    (cause: NodeJS.ErrnoException) => cause,
  );

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
