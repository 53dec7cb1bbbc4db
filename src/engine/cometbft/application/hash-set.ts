/**
 * A set of hashes. What they are looked up by is a number of their first 48 bits: names of text would be made, hashed and collected thousands
 * of times for each block. It is exact all the same, whatever hashes begin with.
 */
import { equalBytes } from '../../../base/bytes.ts';

export class HashSet {
  private readonly places = new Map<number, Uint8Array | readonly Uint8Array[]>();
  private count = 0;

  get size(): number {
    return this.count;
  }

  has(hash: Uint8Array): boolean {
    const place = this.places.get(beginningOf(hash));
    if (place === undefined) return false;
    return place instanceof Uint8Array ? equalBytes(place, hash) : place.some((each) => equalBytes(each, hash));
  }

  /** False: it was there. Holds on to the bytes that are given. */
  add(hash: Uint8Array): boolean {
    if (this.has(hash)) return false;
    const beginning = beginningOf(hash);
    const place = this.places.get(beginning);
    this.places.set(beginning, place === undefined ? hash : [...listOf(place), hash]);
    this.count++;
    return true;
  }

  delete(hash: Uint8Array): void {
    const beginning = beginningOf(hash);
    const place = this.places.get(beginning);
    if (place === undefined) return;
    const before = listOf(place);
    const rest = before.filter((each) => !equalBytes(each, hash));
    this.count -= before.length - rest.length;
    if (rest.length === 0) this.places.delete(beginning);
    else this.places.set(beginning, rest);
  }

  clear(): void {
    this.places.clear();
    this.count = 0;
  }
}

const listOf = (place: Uint8Array | readonly Uint8Array[]): readonly Uint8Array[] => (place instanceof Uint8Array ? [place] : place);

/** Six bytes from a place on, as a whole number; what is beyond the end counts as 0. */
export function beginningOf(bytes: Uint8Array, at = 0): number {
  const high = ((bytes[at]! << 16) | (bytes[at + 1]! << 8) | bytes[at + 2]!) >>> 0;
  return high * 2 ** 24 + ((bytes[at + 3]! << 16) | (bytes[at + 4]! << 8) | bytes[at + 5]!);
}
