/** Tiles: the 256 hashes at the bottom of a full subtree, every eighth level of the tree. Inner nodes are folded from them when asked. */
import { nodeHash } from '../ledger/proofs/merkle-log.ts';

export const TILE_HASHES = 256;
export const TILE_LEVELS = 8;
export const HASH_BYTES = 32;

/** Root of 2^k hashes laid end to end. */
export function foldHashes(hashes: Uint8Array): Uint8Array {
  let level = hashes;
  while (level.length > HASH_BYTES) {
    const next = new Uint8Array(level.length / 2);
    for (let at = 0; at < level.length; at += 2 * HASH_BYTES) {
      next.set(nodeHash(level.subarray(at, at + HASH_BYTES), level.subarray(at + HASH_BYTES, at + 2 * HASH_BYTES)), at / 2);
    }
    level = next;
  }
  return level;
}
