/** Unix sockets in a home. The system takes names of about a hundred bytes: in a folder further down, they are in the system's temporary one. */
import { createHash } from 'node:crypto';
import { mkdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

export interface SocketPlace {
  /** Absolute. */
  readonly path: string;
  /** As the engine is told, which runs in its home: nobody learns from it where that is. */
  readonly name: string;
  remove(): Promise<void>;
}

const MAX_BYTES = 100;

export async function socketIn(home: string, file: string): Promise<SocketPlace> {
  const inside = join(resolve(home), file);
  const remove = (path: string) => () => rm(path, { force: true });
  if (Buffer.byteLength(inside) <= MAX_BYTES) return { path: inside, name: file, remove: remove(inside) };
  const folder = join(tmpdir(), `careledger-${process.getuid?.() ?? 0}`);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const { mode, uid } = await stat(folder);
  if ((mode & 0o077) !== 0 || uid !== (process.getuid?.() ?? uid)) throw new Error(`${folder} is open to others`);
  const path = join(folder, `${createHash('sha256').update(inside).digest('hex').slice(0, 24)}.sock`);
  return { path, name: path, remove: remove(path) };
}
