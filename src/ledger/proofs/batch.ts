/**
 * How the ledger has an organisation's log: as a row of batches, one per interval, each as a commitment of 32 bytes. Its blinder (32
 * bytes that nobody can guess) makes a full batch, a small one and an empty one look alike; a receipt opens the one that it is about.
 */
import { sha256 } from '#sha256';
import { concat, uint64, utf8 } from '../../base/bytes.ts';

/** More entries wait for the next batch. No path in a batch has more than 16 hashes. */
export const MAX_BATCH_ENTRIES = 65_536;
export const MAX_BATCH_PATH = 16;

const HASH_LENGTH = 32;
const BLINDER_LENGTH = 32;

const domain = (): Uint8Array => utf8('careledger/batch/1');

/**
 * SHA-256("careledger/batch/1" ‖ blinder ‖ uint64 size ‖ root); `root` is the RFC 9162 root over the leaves of the batch's entries, that
 * of no leaves for an empty batch. Throws a `RangeError` unless blinder and root are 32 bytes and the size is an unsigned integer.
 */
export function batchCommitment(blinder: Uint8Array, size: number, root: Uint8Array): Uint8Array {
  if (blinder.length !== BLINDER_LENGTH || root.length !== HASH_LENGTH) throw new RangeError('blinder and root are 32 bytes each');
  return sha256(concat(domain(), blinder, uint64(size), root));
}
