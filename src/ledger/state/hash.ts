/**
 * Hashes of the state tree: a sparse binary Merkle tree over 256-bit paths in which a subtree with one value is that value's leaf and
 * an empty subtree is 32 zero bytes.
 *
 *   path  = SHA-256(key)
 *   leaf  = SHA-256(0x00 ‖ path ‖ SHA-256(value))
 *   inner = SHA-256(0x01 ‖ left ‖ right)
 *
 * Since a leaf commits to its whole path it means the same at every depth, and a value costs about log2(n) hashes, not 256.
 */
import { sha256, sha256Into } from '#sha256';

/** Root of the state without values. */
export const EMPTY_STATE_ROOT: Uint8Array = new Uint8Array(32);

export const pathOf = (key: Uint8Array): Uint8Array => sha256(key);

/** What is hashed next: filled and read within one call, so that a block's thousands of hashes leave nothing behind to collect. */
const input = new Uint8Array(65);

export function leafHashOf(path: Uint8Array, valueHash: Uint8Array): Uint8Array {
  requireHashes(path, valueHash);
  input[0] = 0;
  input.set(path, 1);
  input.set(valueHash, 33);
  return sha256(input);
}

/** Hash of the leaf with a value that is not hashed yet, written to `target` from `at` on. */
export function leafHashInto(target: Uint8Array, at: number, path: Uint8Array, value: Uint8Array): void {
  sha256Into(input, 33, value);
  input[0] = 0;
  input.set(path, 1);
  sha256Into(target, at, input);
}

export function innerHashOf(left: Uint8Array, right: Uint8Array): Uint8Array {
  requireHashes(left, right);
  const hash = new Uint8Array(32);
  innerHashInto(hash, 0, left, 0, right, 0);
  return hash;
}

/** The hash over the 32 bytes of each side, which begin at `leftAt` and `rightAt`, written to `target` from `at` on. */
export function innerHashInto(target: Uint8Array, at: number, left: Uint8Array, leftAt: number, right: Uint8Array, rightAt: number): void {
  input[0] = 1;
  for (let i = 0; i < 32; i++) input[1 + i] = left[leftAt + i]!;
  for (let i = 0; i < 32; i++) input[33 + i] = right[rightAt + i]!;
  sha256Into(target, at, input);
}

function requireHashes(one: Uint8Array, other: Uint8Array): void {
  if (one.length !== 32 || other.length !== 32) throw new RangeError('a hash of the state tree has 32 bytes');
}

/** Bit `index` of a path, from the most significant one. */
export const bitAt = (path: Uint8Array, index: number): 0 | 1 => ((path[index >> 3]! >> (7 - (index & 7))) & 1) as 0 | 1;

/** Four bits of a path: `index` 0 is the high half of its first byte. */
export const nibbleAt = (path: Uint8Array, index: number): number => (index % 2 === 0 ? path[index >> 1]! >> 4 : path[index >> 1]! & 15);
