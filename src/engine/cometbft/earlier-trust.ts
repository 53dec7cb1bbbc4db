/**
 * The trust bundle that a node got when it joined from a snapshot: the changes of the validators before its own blocks begin, which it could not show
 * otherwise. Beside the ledger, in the node's own directory.
 */
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { equalBytes } from '../../base/bytes.ts';
import { decodeTrustBundle, type TrustBundle } from '../../ledger/attestation/trust-bundle.ts';
import { encodeGenesis, type Genesis } from '../../ledger/genesis/genesis.ts';
import { verifyTrustBundle } from '../../ledger/verify/trust-bundle.ts';

const FILE = 'earlier-trust.cbor';

/** Undefined: there is none, or none of this ledger. */
export async function readEarlierTrust(directory: string, genesis: Genesis): Promise<TrustBundle | undefined> {
  const bytes = await readFile(join(directory, FILE)).catch(() => undefined);
  const bundle = bytes && decodeTrustBundle(new Uint8Array(bytes));
  return bundle?.ok && equalBytes(bundle.value.genesis, encodeGenesis(genesis)) ? bundle.value : undefined;
}

/** Whether it holds for this genesis, and is kept. */
export async function keepEarlierTrust(directory: string, genesisHash: Uint8Array, bundle: Uint8Array): Promise<boolean> {
  if (!verifyTrustBundle(bundle, genesisHash).trust) return false;
  const path = join(directory, FILE);
  await writeFile(`${path}.new`, bundle, { mode: 0o600, flush: true });
  await rename(`${path}.new`, path);
  return true;
}
