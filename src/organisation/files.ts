/** Files of a home and of a network: JSON that is written as a whole or not at all, and read with every part checked. */
import { open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { makeFolder } from '../base/make-folder.node.ts';

export async function writeWhole(path: string, content: string | Uint8Array, mode = 0o600): Promise<void> {
  await makeFolder(dirname(path), 0o700);
  const draft = `${path}.${process.pid}.new`;
  const file = await open(draft, 'w', mode);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(draft, path);
}

export const writeJson = (path: string, value: unknown): Promise<void> => writeWhole(path, `${JSON.stringify(value, null, 2)}\n`);

/** Undefined: there is no such file. Throws a `SyntaxError` on anything but JSON. */
export async function readJson(path: string): Promise<unknown> {
  const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT' || cause.code === 'ENOTDIR') return undefined;
    throw cause;
  });
  return text === undefined ? undefined : JSON.parse(text);
}
