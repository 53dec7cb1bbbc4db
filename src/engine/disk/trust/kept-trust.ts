/**
 * The trust bundle of a ledger as it was known last, in a file of its own. Changes of the validators can be shown only as long as somebody has the
 * state or the engine's sets of that time; the file outlives both, and the index.
 */
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { equalBytes } from '../../../base/bytes.ts';
import { decodeTrustBundle, encodeTrustBundle, type TrustBundle } from '../../../ledger/attestation/trust-bundle.ts';
import { encodeGenesis, type Genesis } from '../../../ledger/genesis/genesis.ts';
import { readPreviousLedger } from './previous-ledger.ts';

/** Beside the block file. */
export const TRUST_FILE = 'trust.cbor';

/** Undefined: there is none, or none of this ledger. What it says is not checked: it was when it was written. */
export async function readTrust(path: string, genesis: Genesis): Promise<TrustBundle | undefined> {
  const bytes = await readFile(path).catch(() => undefined);
  const bundle = bytes && decodeTrustBundle(new Uint8Array(bytes));
  return bundle?.ok && equalBytes(bundle.value.genesis, encodeGenesis(genesis)) ? bundle.value : undefined;
}

export async function writeTrust(path: string, bundle: Uint8Array): Promise<void> {
  await writeFile(`${path}.new`, bundle, { mode: 0o600, flush: true });
  await rename(`${path}.new`, path);
}

/** A trust bundle of what lies beside the block file; undefined where nothing is known beyond the genesis. */
export async function keptTrust(directory: string, genesis: Genesis): Promise<Uint8Array | undefined> {
  const kept = await readTrust(join(directory, TRUST_FILE), genesis);
  const changes = kept?.changes ?? [];
  const previous = (await readPreviousLedger(directory)) ?? kept?.previous ?? null;
  return changes.length > 0 || previous ? encodeTrustBundle({ genesis: encodeGenesis(genesis), changes, previous }) : undefined;
}
