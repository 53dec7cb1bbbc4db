/** What a ledger that continues another one keeps of it, beside its block file: enough to check old receipts (`docs/protocol/trust.md`). */
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { codedError } from '../../../base/errors.ts';
import { CodedException } from '../../../base/result.ts';
import { decodePreviousLedger, encodePreviousLedger, type PreviousLedger } from '../../../ledger/attestation/trust-bundle.ts';
import { engineErrors, ioError } from '../errors.ts';

export const PREVIOUS_LEDGER_FILE = 'previous-ledger.cbor';

/** Null: it continues none, or nothing is known of it. Throws `engine.index-damaged` when the file can't be read as one. */
export async function readPreviousLedger(directory: string): Promise<PreviousLedger | null> {
  const bytes = await readFile(join(directory, PREVIOUS_LEDGER_FILE)).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return undefined;
    throw new CodedException(ioError(cause, `reading ${PREVIOUS_LEDGER_FILE}`));
  });
  if (bytes === undefined) return null;
  const previous = decodePreviousLedger(new Uint8Array(bytes));
  if (previous) return previous;
  throw new CodedException(
    codedError(engineErrors, 'engine.index-damaged', { message: `${PREVIOUS_LEDGER_FILE} in ${directory} is not what was written.` }),
  );
}

export async function writePreviousLedger(directory: string, previous: PreviousLedger): Promise<void> {
  const path = join(directory, PREVIOUS_LEDGER_FILE);
  await writeFile(`${path}.new`, encodePreviousLedger(previous), { mode: 0o600, flush: true });
  await rename(`${path}.new`, path);
}
