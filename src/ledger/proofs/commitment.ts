/**
 * How an entry of an organisation log is committed to (`docs/protocol/commitments.md`). A plain hash of health data is guessable: the
 * values are few. The blinder (32 fresh random bytes per entry, kept by the custodian) makes the commitment say nothing until opened.
 */
import { sha256 } from '#sha256';
import { concat, utf8 } from '../../base/bytes.ts';

const HASH_LENGTH = 32;
const BLINDER_LENGTH = 32;

const commitmentDomain = (): Uint8Array => utf8('careledger/commitment/1');

/** SHA-256 of the canonical bytes of an entry. Never leaves the custodian except inside an opening. */
export const contentHash = (bytes: Uint8Array): Uint8Array => sha256(bytes);

/** SHA-256("careledger/commitment/1" ‖ blinder ‖ contentHash). Throws a `RangeError` unless both are 32 bytes: lengths carry meaning here. */
export function commitment(blinder: Uint8Array, contentHash: Uint8Array): Uint8Array {
  if (blinder.length !== BLINDER_LENGTH || contentHash.length !== HASH_LENGTH) throw new RangeError('blinder and content hash are 32 bytes each');
  return sha256(concat(commitmentDomain(), blinder, contentHash));
}

/** Leaf hash of RFC 9162 §2.1.1 over any leaf data: SHA-256(0x00 ‖ data). In an organisation log the data is the commitment. */
export function leafHash(data: Uint8Array): Uint8Array {
  const prefixed = new Uint8Array(1 + data.length);
  prefixed.set(data, 1);
  return sha256(prefixed);
}
