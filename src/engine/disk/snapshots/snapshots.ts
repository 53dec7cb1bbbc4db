/** Snapshots in the ledger's directory: a folder for each, there as a whole or not at all. */
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as pause } from 'node:timers/promises';
import { sha256 } from '#sha256';
import { codedError } from '../../../base/errors.ts';
import { fail, ok, type Result } from '../../../base/result.ts';
import type { Genesis } from '../../../ledger/genesis/genesis.ts';
import { engineErrors, ioError } from '../errors.ts';
import { decodeManifest, encodeManifest } from './snapshot-format.ts';
import { historyBegin, historyChunks, stateChunks, type SnapshotSource } from './snapshot-parts.ts';
import type { SnapshotInfo } from './snapshot.ts';

/** In the ledger's directory. */
const SNAPSHOT_FOLDER = 'snapshots';
const MANIFEST_FILE = 'manifest.cbor';
const chunkFile = (index: number): string => `chunk-${String(index).padStart(6, '0')}.cbor`;

export interface SnapshotFolder {
  /** Newest first. */
  list(): readonly SnapshotInfo[];
  chunk(height: number, index: number): Promise<Uint8Array | undefined>;
  /** Whether one is being made. */
  readonly busy: boolean;
  /** One at a time: a second call gets the first one's outcome. */
  take(source: () => SnapshotSource): Promise<Result<SnapshotInfo>>;
  /** No more are made; resolves when the one that is being made has stopped. */
  close(): Promise<void>;
}

export function snapshotFolder(directory: string, genesis: Genesis, keep: number): SnapshotFolder {
  const folder = join(directory, SNAPSHOT_FOLDER);
  let known = readKnown(folder, genesis);
  let taking: Promise<Result<SnapshotInfo>> | undefined;
  let closed = false;

  return {
    list: () => known,
    get busy() {
      return taking !== undefined;
    },
    async chunk(height, index) {
      const info = known.find((snapshot) => snapshot.height === height);
      if (!info || !Number.isSafeInteger(index) || index < 0 || index >= info.chunks) return undefined;
      try {
        return new Uint8Array(await readFile(join(folder, String(height), chunkFile(index))));
      } catch {
        return undefined;
      }
    },
    take(source) {
      taking ??= make(source())
        .catch((cause: unknown): Result<SnapshotInfo> => fail(ioError(cause, 'making a snapshot')))
        .finally(() => (taking = undefined));
      return taking;
    },
    async close() {
      closed = true;
      await taking;
    },
  };

  async function make(source: SnapshotSource): Promise<Result<SnapshotInfo>> {
    const { height } = source.state;
    const existing = known.find((snapshot) => snapshot.height === height);
    if (existing) return ok(existing);
    const draft = join(folder, `${height}.new`);
    try {
      await rm(draft, { recursive: true, force: true });
      await mkdir(draft, { recursive: true, mode: 0o700 });
      const manifest = await writeChunks(source, draft);
      if (!manifest) return fail(codedError(engineErrors, 'engine.closed'));
      await writeFile(join(draft, MANIFEST_FILE), manifest, { mode: 0o600 });
      await rename(draft, join(folder, String(height)));
      const info = infoOf(manifest, genesis);
      known = [info!, ...known];
      for (const { height: old } of known.slice(keep)) await rm(join(folder, String(old)), { recursive: true, force: true });
      known = known.slice(0, keep);
      return ok(info!);
    } finally {
      await rm(draft, { recursive: true, force: true });
    }
  }

  /** Undefined: it was stopped. */
  async function writeChunks(source: SnapshotSource, draft: string): Promise<Uint8Array | undefined> {
    const hashes: Uint8Array[] = [];
    const put = async (chunk: Uint8Array): Promise<void> => {
      await writeFile(join(draft, chunkFile(hashes.length)), chunk, { mode: 0o600 });
      hashes.push(sha256(chunk));
    };
    const { first, log } = await historyBegin(source);
    for await (const chunk of historyChunks(source, first)) {
      if (closed) return undefined;
      await put(chunk);
    }
    const history = hashes.length;
    for (const chunk of stateChunks(source)) {
      if (closed) return undefined;
      if (chunk) await put(chunk);
      else await pause();
    }
    const { chainId, height } = source.state;
    return encodeManifest({ chainId, height, headerBytes: (await source.header(height)).headerBytes, first, log, history, chunks: hashes });
  }
}

function infoOf(manifest: Uint8Array, genesis: Genesis): SnapshotInfo | undefined {
  const read = decodeManifest(manifest, genesis);
  if (!read.ok) return undefined;
  const { height, blockHash, chunks } = read.value;
  return { height, blockHash, manifest, hash: sha256(manifest), chunks: chunks.length };
}

function readKnown(folder: string, genesis: Genesis): readonly SnapshotInfo[] {
  if (!existsSync(folder)) return [];
  const found: SnapshotInfo[] = [];
  for (const name of readdirSync(folder)) {
    // One that was not finished.
    if (name.endsWith('.new')) rmSync(join(folder, name), { recursive: true, force: true });
    const path = join(folder, name, MANIFEST_FILE);
    const info = /^\d+$/.test(name) && existsSync(path) ? infoOf(new Uint8Array(readFileSync(path)), genesis) : undefined;
    if (info) found.push(info);
  }
  return found.sort((a, b) => b.height - a.height);
}
