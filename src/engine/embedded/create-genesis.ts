/** A new embedded ledger: the genesis names the node's key, and the node signs the block at height 0. */
import { ed25519PublicKey } from '#ed25519';
import { equalBytes } from '../../base/bytes.ts';
import { codedError } from '../../base/errors.ts';
import { fail, type Result } from '../../base/result.ts';
import { signAttestation } from '../../ledger/block/header.ts';
import type { Genesis } from '../../ledger/genesis/genesis.ts';
import { createLedger } from '../disk/create-ledger.ts';
import { engineErrors } from '../disk/errors.ts';

/**
 * `nodeSeed` is the 32-byte Ed25519 seed whose public key the genesis names as proposer. `engine.wrong-key`, and what `createLedger` says.
 */
export async function createGenesis(directory: string, genesis: Genesis, nodeSeed: Uint8Array): Promise<Result<void>> {
  if (!equalBytes(ed25519PublicKey(nodeSeed), genesis.proposer)) return fail(codedError(engineErrors, 'engine.wrong-key'));
  return createLedger(directory, genesis, (blockHash) => signAttestation(blockHash, nodeSeed));
}
