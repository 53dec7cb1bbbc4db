/**
 * Entries on their way into LMDB. Nearly all that is asked for are pages of the state, of which a large block has thousands: those are found
 * by the numbers in their keys, without a name made for each look-up.
 */
import { decodePageKey } from './node-pages.ts';
import type { IndexWrite } from './index-port.ts';

export class WaitingEntries implements Iterable<IndexWrite> {
  size = 0;
  /** Keys and values. */
  bytes = 0;
  /** By stamp, then by group. */
  private readonly pages = new Map<number, Map<number, IndexWrite>>();
  private readonly others = new Map<string, IndexWrite>();

  get(key: Uint8Array): IndexWrite | undefined {
    const page = decodePageKey(key);
    return page ? this.pages.get(page.stamp)?.get(page.group) : this.others.get(nameOf(key));
  }

  /** In place of what waits under the same key. */
  set(write: IndexWrite): void {
    const { key } = write;
    const page = decodePageKey(key);
    const before = page ? replace(this.pagesOf(page.stamp), page.group, write) : replace(this.others, nameOf(key), write);
    if (before) this.bytes -= bytesOf(before);
    else this.size++;
    this.bytes += bytesOf(write);
  }

  *[Symbol.iterator](): Generator<IndexWrite, void, undefined> {
    for (const groups of this.pages.values()) yield* groups.values();
    yield* this.others.values();
  }

  private pagesOf(stamp: number): Map<number, IndexWrite> {
    let groups = this.pages.get(stamp);
    if (!groups) this.pages.set(stamp, (groups = new Map()));
    return groups;
  }
}

function replace<K>(entries: Map<K, IndexWrite>, key: K, write: IndexWrite): IndexWrite | undefined {
  const before = entries.get(key);
  entries.set(key, write);
  return before;
}

const bytesOf = ({ key, value }: IndexWrite): number => key.length + (value?.length ?? 0);

const nameOf = (key: Uint8Array): string => Buffer.from(key.buffer, key.byteOffset, key.byteLength).toString('latin1');
