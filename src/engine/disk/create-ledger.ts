/** A new ledger: its block file with the genesis and the block at height 0, there as a whole or not at all. */
import { existsSync } from 'node:fs';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { concat } from '../../base/bytes.ts';
import { codedError } from '../../base/errors.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import { encodeBlock } from '../../ledger/block/block.ts';
import { executeGenesis } from '../../ledger/genesis/genesis-block.ts';
import { decodeGenesis } from '../../ledger/genesis/decode-genesis.ts';
import { encodeGenesis, type Genesis } from '../../ledger/genesis/genesis.ts';
import { BLOCK_FILE } from './blocks/block-file.ts';
import { engineErrors, ioError } from './errors.ts';
import { encodeFrame, FILE_MARK } from './blocks/frame.ts';

export const hasLedger = (directory: string): boolean => existsSync(join(directory, BLOCK_FILE));

/**
 * Creates a ledger in `directory` (made when absent). `seal` makes the engine's seal of the block at height 0 from its header hash.
 * `engine.ledger-exists`, `ledger.malformed`, `engine.read-only`, `engine.disk-full`.
 */
export async function createLedger(directory: string, genesis: Genesis, seal: (blockHash: Uint8Array) => Uint8Array): Promise<Result<void>> {
  if (hasLedger(directory)) return fail(codedError(engineErrors, 'engine.ledger-exists', { data: { directory } }));
  const genesisBytes = encodeGenesis(genesis);
  const readBack = decodeGenesis(genesisBytes);
  if (!readBack.ok) return readBack;
  const executed = executeGenesis(genesis);
  if (!executed.ok) return executed;

  const { headerBytes, next } = executed.value;
  const block = encodeBlock(headerBytes, [], seal(next.blockHash));
  return writeWhole(directory, concat(FILE_MARK, encodeFrame('genesis', 0, genesisBytes), encodeFrame('block', 0, block)));
}

async function writeWhole(directory: string, bytes: Uint8Array): Promise<Result<void>> {
  const path = join(directory, BLOCK_FILE);
  const draft = `${path}.${process.pid}.new`;
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const file = await open(draft, 'w', 0o600);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, path);
    await syncDirectory(directory);
    return ok(undefined);
  } catch (cause) {
    await rm(draft, { force: true }).catch(() => undefined);
    return fail(ioError(cause, 'creating the ledger'));
  }
}

/** Makes the new name durable. */
export async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
