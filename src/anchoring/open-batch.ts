/** The entries that are in no batch yet: their leaves, in memory, as the writer puts them into the log. */
import { MAX_BATCH_ENTRIES } from '../ledger/proofs/batch.ts';
import type { Database, Row } from '../store/database.ts';
import type { LogObserver } from '../store/rows.ts';

const LEAVES = 'select leaf from entry where seq >= $1 and seq < $2 order by seq';
const END = 'select first + octet_length(leaves) / 32 from batch order by number desc limit 1';

const leafOf = ([leaf]: Row): Uint8Array => leaf as Uint8Array;

export class OpenBatch implements LogObserver {
  readonly #database: Database;
  #first = 0;
  /** At most as many as a batch takes. */
  #leaves: Uint8Array[] = [];
  /** There are entries behind these, to be read when there is room. */
  #more = false;
  #loads = 0;

  constructor(database: Database) {
    this.#database = database;
  }

  async load(): Promise<void> {
    // On the writer's session: what it has written is what it sees.
    const session = this.#database.writer;
    const [end] = await session.query({ text: END, values: [] });
    const first = Number(end?.[0] ?? 0);
    const rows = await session.query({ text: LEAVES, values: [first, first + MAX_BATCH_ENTRIES] });
    this.#loads++;
    this.#first = first;
    this.#leaves = rows.map(leafOf);
    this.#more = rows.length === MAX_BATCH_ENTRIES;
  }

  appended(first: number, leaves: readonly Uint8Array[]): void {
    const known = this.#first + this.#leaves.length - first;
    const fresh = known < 0 ? [] : leaves.slice(known, known + MAX_BATCH_ENTRIES - this.#leaves.length);
    for (const leaf of fresh) this.#leaves.push(leaf);
    if (known < 0 || known + fresh.length < leaves.length) this.#more = true;
  }

  /** What the next batch would be now. */
  take(): { readonly first: number; readonly leaves: Uint8Array } {
    return { first: this.#first, leaves: Buffer.concat(this.#leaves) };
  }

  /** A batch was closed that ends before this position. */
  async closed(end: number): Promise<void> {
    this.#leaves = this.#leaves.slice(Math.max(0, end - this.#first));
    this.#first = Math.max(end, this.#first);
    const loads = this.#loads;
    while (this.#more && this.#leaves.length < MAX_BATCH_ENTRIES) {
      const from = this.#first + this.#leaves.length;
      this.#more = false;
      const rows = await this.#database.query({ text: LEAVES, values: [from, this.#first + MAX_BATCH_ENTRIES] });
      if (loads !== this.#loads) return;
      this.appended(from, rows.map(leafOf));
      if (this.#leaves.length === MAX_BATCH_ENTRIES) this.#more = true;
    }
  }
}
