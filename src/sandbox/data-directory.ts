/** The data directory before anything is opened in it: is it ours, can it be written to, is there space, does anybody else use it? */
import { open, readdir, readFile, rename, rm, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { codedError } from '../base/errors.ts';
import { makeFolder } from '../base/make-folder.node.ts';
import { fail, ok, type Result } from '../base/result.ts';
import { sandboxErrors } from './errors.ts';
import type { SandboxEngine } from './ledger-parts.ts';

const FORMAT = 1;
const MARKER = 'careledger.json';
const LOCK = 'lock';
/** PostgreSQL's write-ahead log and the ledger's map need room to start. */
const LEAST_FREE_BYTES = 128 << 20;

export interface HeldDirectory {
  readonly path: string;
  /** Whether this start made it. */
  readonly fresh: boolean;
  /** What orders its ledger, from its first start on. */
  readonly engine: SandboxEngine;
  /** How many synthetic people are in it; undefined: it has not been filled to the end. */
  readonly filled: number | undefined;
  noteFilled(people: number): Promise<void>;
  release(): Promise<void>;
}

function fromSystem(cause: unknown, path: string): Result<never> {
  const { code, message, syscall } = cause as NodeJS.ErrnoException;
  const data = { directory: path, cause: message };
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return fail(codedError(sandboxErrors, 'sandbox.data-full', { message: `The disk that holds ${path} is full.`, data }));
  // A directory and its parents that cannot be made on a read-only file system: Node.js says that they do not exist.
  if (code === 'EACCES' || code === 'EROFS' || code === 'EPERM' || (code === 'ENOENT' && syscall === 'mkdir'))
    return fail(codedError(sandboxErrors, 'sandbox.data-read-only', { message: `The data directory ${path} cannot be written to.`, data }));
  if (code === 'ENOTDIR' || code === 'EEXIST')
    return fail(codedError(sandboxErrors, 'sandbox.data-foreign', { message: `${path} is not a directory.`, data }));
  throw cause;
}

/** When a process started, in clock ticks since boot: tells a process from a later one with the same number (Linux; elsewhere empty). */
async function startOf(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}

async function heldBy(file: string): Promise<number | undefined> {
  const [pid, start] = (await readFile(file, 'utf8').catch(() => '')).trim().split(' ');
  const number = Number(pid);
  if (!Number.isInteger(number) || number <= 1) return undefined;
  try {
    process.kill(number, 0);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ESRCH') return undefined;
  }
  return (await startOf(number)) === (start ?? '') ? number : undefined;
}

async function lock(path: string): Promise<Result<() => Promise<void>>> {
  const file = join(path, LOCK);
  const mine = `${process.pid} ${await startOf(process.pid)}`.trim();
  for (let attempt = 0; attempt < 3; attempt++) {
    try {
      const handle = await open(file, 'wx', 0o600);
      await handle.writeFile(mine);
      await handle.close();
      return ok(() => rm(file, { force: true }));
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') return fromSystem(cause, path);
    }
    const holder = await heldBy(file);
    if (holder !== undefined) {
      const message = `The data directory ${path} is in use by process ${holder}.`;
      return fail(codedError(sandboxErrors, 'sandbox.data-in-use', { message, data: { directory: path, pid: holder } }));
    }
    // Left by a process that was killed.
    await rm(file, { force: true });
  }
  return fail(codedError(sandboxErrors, 'sandbox.data-in-use', { data: { directory: path } }));
}

/** Checks the directory, makes it when absent, and holds it against a second process until released. `asked`: the engine, should one be asked for. */
export async function holdDataDirectory(path: string, asked?: SandboxEngine): Promise<Result<HeldDirectory>> {
  try {
    await makeFolder(path, 0o711);
    const present = await readdir(path);
    const marker = await readFile(join(path, MARKER), 'utf8').catch((cause: NodeJS.ErrnoException) => {
      if (cause.code === 'ENOENT') return undefined;
      throw cause;
    });
    if (marker === undefined && present.some((name) => name !== LOCK && name !== `${MARKER}.new`))
      return fail(
        codedError(sandboxErrors, 'sandbox.data-foreign', {
          message: `${path} is not empty and was not made by Careledger.`,
          data: { directory: path },
        }),
      );
    if (marker !== undefined) {
      const format = read(marker)?.format;
      if (format === undefined)
        return fail(
          codedError(sandboxErrors, 'sandbox.data-damaged', { message: `${join(path, MARKER)} cannot be read.`, data: { directory: path } }),
        );
      if (format !== FORMAT)
        return fail(
          codedError(sandboxErrors, 'sandbox.data-version', { message: `${path} has data format ${format}; this version reads ${FORMAT}.` }),
        );
    }
    const engine = marker === undefined ? (asked ?? 'embedded') : read(marker)!.engine;
    if (asked !== undefined && asked !== engine) {
      const message = `The ledger in ${path} is on the engine ${engine}, not ${asked}.`;
      return fail(codedError(sandboxErrors, 'sandbox.other-engine', { message, data: { directory: path, engine } }));
    }
    const { bavail, bsize } = await statfs(path);
    if (bavail * bsize < LEAST_FREE_BYTES) {
      const free = Math.floor((bavail * bsize) / (1 << 20));
      return fail(
        codedError(sandboxErrors, 'sandbox.data-full', {
          message: `Only ${free} MB are free on the disk that holds ${path}; ${LEAST_FREE_BYTES >> 20} MB are needed to start.`,
        }),
      );
    }
    const release = await lock(path);
    if (!release.ok) return release;
    if (marker === undefined) await writeMarker(path, markerOf(engine));
    const noteFilled = (filled: number): Promise<void> => writeMarker(path, { ...markerOf(engine), filled });
    return ok({
      path,
      fresh: marker === undefined,
      engine,
      filled: marker === undefined ? undefined : read(marker)?.filled,
      noteFilled,
      release: release.value,
    });
  } catch (cause) {
    return fromSystem(cause, path);
  }
}

/** The embedded engine goes without saying. */
const markerOf = (engine: SandboxEngine): object => ({ format: FORMAT, ...(engine === 'embedded' ? {} : { engine }) });

/** Whole or not at all: a half-written marker would refuse every later start. */
async function writeMarker(path: string, marker: object): Promise<void> {
  const draft = join(path, `${MARKER}.new`);
  await writeFile(draft, `${JSON.stringify(marker)}\n`, { flush: true });
  await rename(draft, join(path, MARKER));
}

interface Marker {
  readonly format: number;
  readonly engine: SandboxEngine;
  readonly filled?: number;
}

function read(marker: string): Marker | undefined {
  try {
    const { format, engine, filled } = JSON.parse(marker) as { format?: unknown; engine?: unknown; filled?: unknown };
    if (typeof format !== 'number') return undefined;
    return { format, engine: engine === 'cometbft' ? 'cometbft' : 'embedded', ...(typeof filled === 'number' ? { filled } : {}) };
  } catch {
    return undefined;
  }
}
