/** The heads of recently written records: an update usually follows a write of the same record. */
import { wordArray } from './binary-array.ts';
import type { WriterSession } from './database.ts';
import type { Head } from './flush.ts';

const KEPT = 4096;

const FETCH = `select encode(int8send(r.key_high) || int8send(r.key_low), 'hex'), r.rid, r.version, r.deleted, v.tokens, v.edges
  from unnest($1::int8[], $2::int8[]) as k(high, low)
  join record r on r.key_high = k.high and r.key_low = k.low
  join version v on v.seq = r.seq`;

export class HeadCache {
  readonly #session: WriterSession;
  readonly #heads = new Map<string, Head>();

  constructor(session: WriterSession) {
    this.#session = session;
  }

  static name(key: Uint8Array): string {
    return Buffer.from(key.buffer, key.byteOffset, key.length).toString('hex');
  }

  /** Makes `get` answer for these keys. */
  async fetch(keys: readonly Uint8Array[]): Promise<void> {
    const missing = new Map<string, Uint8Array>();
    for (const key of keys) {
      const name = HeadCache.name(key);
      const head = this.#heads.get(name);
      if (!head) missing.set(name, key);
      else {
        // Most recently used last.
        this.#heads.delete(name);
        this.#heads.set(name, head);
      }
    }
    if (missing.size === 0) return;
    const wanted = [...missing.values()];
    const rows = await this.#session.query({
      name: 'heads',
      text: FETCH,
      values: [wordArray(wanted.map((key) => key.subarray(0, 8))), wordArray(wanted.map((key) => key.subarray(8, 16)))],
    });
    for (const [name, rid, version, deleted, tokens, edges] of rows) {
      this.#heads.set(name as string, {
        rid: Number(rid),
        version: version as number,
        deleted: deleted as boolean,
        tokens: tokens as Uint8Array,
        edges: edges as Uint8Array,
      });
    }
  }

  get(name: string): Head | undefined {
    return this.#heads.get(name);
  }

  set(name: string, head: Head): void {
    this.#heads.delete(name);
    this.#heads.set(name, head);
  }

  clear(): void {
    this.#heads.clear();
  }

  /** Between flushes: forgets the least recently used. */
  trim(): void {
    for (const name of this.#heads.keys()) {
      if (this.#heads.size <= KEPT) return;
      this.#heads.delete(name);
    }
  }
}
