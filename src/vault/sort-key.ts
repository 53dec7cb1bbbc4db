/**
 * Sealed sort keys: one AES-256 block per record (clinical date, then the record's own words), so that fifty thousand of them open in
 * one call of the cipher. Blocks never repeat, because no two records share their words; that is what makes single-block encryption
 * safe here.
 */
import { createCipheriv, createDecipheriv } from 'node:crypto';

export const SORT_KEY_BYTES = 16;
const DATE_BYTES = 6;
/** Dates before 1970 are negative: shifted to be unsigned 48-bit numbers. */
const SHIFT = 2 ** 47;

/** `date` in milliseconds since 1970, clamped to ±2^47 (about 4,400 years either way). */
export function sealSortKey(key: Uint8Array, date: number, recordKey: Uint8Array, version: number): Uint8Array {
  const block = Buffer.alloc(SORT_KEY_BYTES);
  block.writeUIntBE(Math.min(Math.max(Math.trunc(date) + SHIFT, 0), 2 ** 48 - 1), 0, DATE_BYTES);
  block.set(recordKey.subarray(0, 8), DATE_BYTES);
  block.writeUInt16BE(version & 0xffff, DATE_BYTES + 8);
  const cipher = createCipheriv('aes-256-ecb', key, null);
  cipher.setAutoPadding(false);
  return cipher.update(block);
}

/** Dates of concatenated sort keys. */
export function openSortKeys(key: Uint8Array, sealed: Uint8Array): Float64Array {
  const decipher = createDecipheriv('aes-256-ecb', key, null);
  decipher.setAutoPadding(false);
  const opened = decipher.update(sealed);
  const dates = new Float64Array(sealed.length / SORT_KEY_BYTES);
  for (let index = 0; index < dates.length; index++) dates[index] = opened.readUIntBE(index * SORT_KEY_BYTES, DATE_BYTES) - SHIFT;
  return dates;
}
