/**
 * Whether an index may be opened: a damaged LMDB file takes the process down that maps it. After a clean end the file is known by its size
 * and time of change; in all other cases another process reads it through first.
 */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { INDEX_FOLDER } from './index-store.ts';

const CLOSED_FILE = 'index-closed';
const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
const probe = fileURLToPath(new URL(`./probe-index.${extension}`, import.meta.url));

const dataFile = (directory: string): string => join(directory, INDEX_FOLDER, 'data.mdb');

/** True when there is no index at all: a new one is made. */
export async function isIndexReadable(directory: string): Promise<boolean> {
  if (!existsSync(dataFile(directory)) || statSync(dataFile(directory)).size === 0) return true;
  return wasClosed(directory) || (await probeIndex(join(directory, INDEX_FOLDER)));
}

/** Reads the whole index in another process; false when that process fails or dies. */
export function probeIndex(folder: string): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [probe, folder], { stdio: 'ignore', env: {} });
    child.on('error', () => resolve(false));
    child.on('exit', (code) => resolve(code === 0));
  });
}

/** From now on the index changes. */
export const markOpened = (directory: string): void => rmSync(join(directory, CLOSED_FILE), { force: true });

/** The index will not change any more. */
export function markClosed(directory: string): void {
  try {
    writeFileSync(join(directory, CLOSED_FILE), fingerprint(directory));
  } catch {
    // Then it is read through when it is opened again.
  }
}

function wasClosed(directory: string): boolean {
  try {
    return readFileSync(join(directory, CLOSED_FILE), 'utf8') === fingerprint(directory);
  } catch {
    return false;
  }
}

function fingerprint(directory: string): string {
  const { size, mtimeMs, ino } = statSync(dataFile(directory));
  return `${size} ${mtimeMs} ${ino}\n`;
}
