/**
 * The trust bundle that a node got when it joined from a snapshot: the changes of the validators before its own blocks begin, which it could not show
 * otherwise. In the node's own directory: the ledger's is made by the snapshot.
 */
import { join } from 'node:path';
import { readTrust, writeTrust } from '../disk/trust/kept-trust.ts';
import type { TrustBundle } from '../../ledger/attestation/trust-bundle.ts';
import type { Genesis } from '../../ledger/genesis/genesis.ts';
import { verifyTrustBundle } from '../../ledger/verify/trust-bundle.ts';

const FILE = 'earlier-trust.cbor';

/** Undefined: there is none, or none of this ledger. */
export const readEarlierTrust = (directory: string, genesis: Genesis): Promise<TrustBundle | undefined> => readTrust(join(directory, FILE), genesis);

/** Whether it holds for this genesis, and is kept. */
export async function keepEarlierTrust(directory: string, genesisHash: Uint8Array, bundle: Uint8Array): Promise<boolean> {
  if (!verifyTrustBundle(bundle, genesisHash).trust) return false;
  await writeTrust(join(directory, FILE), bundle);
  return true;
}
