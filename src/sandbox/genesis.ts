/** The genesis of a data directory's ledger, read from the block file itself: what offline verification trusts. */
import { join } from 'node:path';
import type { Result } from '../base/result.ts';
import { ok } from '../base/result.ts';
import { BLOCK_FILE } from '../engine/disk/blocks/block-file.ts';
import { readGenesis } from '../engine/disk/recover.ts';
import { openStorage } from '../engine/disk/blocks/storage.ts';
import type { Genesis } from '../ledger/genesis/genesis.ts';
import { ledgerDirectory } from './ledger.ts';

/** Rejects when there is no block file. */
export async function genesisOf(dataDirectory: string): Promise<Result<Genesis>> {
  const storage = await openStorage(join(ledgerDirectory(dataDirectory), BLOCK_FILE), 'read');
  try {
    const found = await readGenesis(storage);
    return found.ok ? ok(found.value.genesis) : found;
  } finally {
    await storage.close();
  }
}
