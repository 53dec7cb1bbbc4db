/**
 * Seals of stored blocks, one form for each engine. The embedded engine's is what makes a block believable to others; CometBFT's only says
 * where the block is in the consensus, whose signatures are kept beside the block, as its attestation.
 *
 *   embedded: Ed25519(proposer, "careledger/block/1" ‖ header hash), 64 bytes
 *   CometBFT: CBOR [ consensus height ]; 0 for the block of the genesis
 */
import { equalBytes } from '../../base/bytes.ts';
import { decodeCbor, encodeCbor } from '../../base/cbor.ts';
import type { Genesis } from '../genesis/genesis.ts';
import type { Block } from './block.ts';
import { verifyAttestation } from './header.ts';

/** Why the seal of a block does not hold, or its maker may not have made it; undefined when all is well. */
export type SealCheck = (block: Pick<Block, 'header' | 'hash' | 'seal'>) => string | undefined;

/** Blocks of the embedded engine: made and signed by the one node that the genesis names. */
export const nodeSeals =
  (proposer: Uint8Array): SealCheck =>
  ({ header, hash, seal }) => {
    if (!equalBytes(header.proposer, proposer)) return 'it was made by another node';
    return seal.length === 64 && verifyAttestation(hash, proposer, seal) ? undefined : 'the attestation does not verify';
  };

export const encodeConsensusSeal = (consensusHeight: number): Uint8Array => encodeCbor([consensusHeight]);

/** The consensus height; undefined when the bytes are not such a seal. */
export function decodeConsensusSeal(seal: Uint8Array): number | undefined {
  const decoded = decodeCbor(seal);
  if (!decoded.ok || !Array.isArray(decoded.value) || decoded.value.length !== 1) return undefined;
  const height: unknown = decoded.value[0];
  return typeof height === 'number' && height >= 0 ? height : undefined;
}

/** Whose seals a ledger's blocks carry. */
export const sealsOf = ({ engine, proposer }: Genesis): SealCheck => (engine === 'embedded' ? nodeSeals(proposer) : consensusSeals);

/** Blocks of CometBFT. Consensus heights are never below the ledger's: there are no empty blocks here, and there may be there. */
export const consensusSeals: SealCheck = ({ seal }) => (decodeConsensusSeal(seal) === undefined ? 'its seal is not a consensus height' : undefined);
