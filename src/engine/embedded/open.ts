import { ed25519PublicKey } from '#ed25519';
import { equalBytes } from '../../base/bytes.ts';
import { codedError } from '../../base/errors.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import { engineErrors } from '../disk/errors.ts';
import { openLedgerDisk } from '../disk/open.ts';
import { embeddedLedger, type EmbeddedLedger } from './embedded-ledger.ts';
import type { EmbeddedOptions } from './options.ts';

/** Opens a ledger that `createGenesis` made, recovers from a crash, and starts making blocks. `engine.wrong-key`, and what `openLedgerDisk` says. */
export async function openEmbeddedLedger(options: EmbeddedOptions): Promise<Result<EmbeddedLedger>> {
  const disk = await openLedgerDisk(options);
  if (!disk.ok) return disk;
  if (equalBytes(ed25519PublicKey(options.nodeSeed), disk.value.genesis.proposer)) return ok(embeddedLedger(disk.value, options));
  await disk.value.close();
  return fail(codedError(engineErrors, 'engine.wrong-key'));
}
