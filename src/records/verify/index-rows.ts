/**
 * Search rows in both directions. Every row that must be there is looked up by its key, in batches; the number of rows that are there
 * must be the number that must be. Only when either fails are the tables read through to find what is missing or too much.
 */
import { INT8, integerArray, wordArray } from '../../store/binary-array.ts';
import type { Findings } from './report.ts';
import type { Snapshot } from './scan.ts';

const BATCH_ROWS = 8_000;

export interface IndexTable {
  readonly table: 'idx' | 'edge' | 'entry_idx';
  /** Columns of words, then the column of the number they belong to. */
  readonly words: readonly string[];
  readonly owner: 'rid' | 'seq';
  readonly what: string;
}

export const indexTables: Readonly<Record<'idx' | 'edge' | 'entry_idx', IndexTable>> = {
  idx: { table: 'idx', words: ['token'], owner: 'rid', what: 'search terms' },
  edge: { table: 'edge', words: ['param', 'target'], owner: 'rid', what: 'references' },
  entry_idx: { table: 'entry_idx', words: ['token'], owner: 'seq', what: 'search terms of an event' },
};

export class IndexChecker {
  readonly #snapshot: Snapshot;
  readonly #findings: Findings;
  readonly #table: IndexTable;
  #columns: Uint8Array[][];
  #owners: number[] = [];
  #expected = 0;
  readonly #damaged = new Set<number>();

  constructor(snapshot: Snapshot, findings: Findings, table: IndexTable) {
    this.#snapshot = snapshot;
    this.#findings = findings;
    this.#table = table;
    this.#columns = table.words.map(() => []);
  }

  /** Rows that must be there: `words` has one word per column, repeated. */
  async expect(words: Uint8Array, owner: number): Promise<void> {
    const width = this.#columns.length * 8;
    for (let at = 0; at < words.length; at += width) {
      this.#columns.forEach((column, index) => column.push(words.subarray(at + index * 8, at + index * 8 + 8)));
      this.#owners.push(owner);
    }
    this.#expected += words.length / width;
    if (this.#owners.length >= BATCH_ROWS) await this.#lookUp();
  }

  async #lookUp(): Promise<void> {
    if (this.#owners.length === 0) return;
    const { table, words, owner } = this.#table;
    const arrays = [...this.#columns.map((column) => wordArray(column)), integerArray(this.#owners, INT8)];
    this.#columns = words.map(() => []);
    this.#owners = [];
    const names = [...words, owner];
    const rows = await this.#snapshot.query(
      `select distinct x.${owner} from unnest(${names.map((_, index) => `$${index + 1}::int8[]`).join(', ')}) as x(${names.join(', ')})
       where not exists (select from ${table} t where ${names.map((name) => `t.${name} = x.${name}`).join(' and ')} offset 0)`,
      arrays,
    );
    for (const [number] of rows) this.#report(Number(number), 'missing');
  }

  /** Owners whose rows are not as they must be. */
  async finish(expectedOf: (owners: readonly number[]) => Promise<ReadonlyMap<number, Uint8Array>>): Promise<ReadonlySet<number>> {
    await this.#lookUp();
    const { table, owner, words } = this.#table;
    this.#findings.counts.indexRows += this.#expected;
    const [count] = await this.#snapshot.query(`select count(*) from ${table}`);
    if (Number(count![0]) === this.#expected && this.#damaged.size === 0) return this.#damaged;
    // Read through in the owners' order: what is there for each must be what is expected for it.
    let pending = new Map<number, Uint8Array[]>();
    const settle = async (): Promise<void> => {
      const expected = await expectedOf([...pending.keys()]);
      for (const [number, rows] of pending) {
        const found = Buffer.concat(rows);
        if (!found.equals(expected.get(number) ?? new Uint8Array(0))) this.#report(number, 'altered');
      }
    };
    const select = `select ${owner}, ${words.map((word) => `int8send(${word})`).join(' || ')} as w from ${table} order by 1, 2`;
    for await (const [number, row] of this.#snapshot.rows(select)) {
      const key = Number(number);
      const known = pending.get(key);
      if (known) known.push(row as Uint8Array);
      else {
        if (pending.size >= 500) {
          await settle();
          pending = new Map();
        }
        pending.set(key, [row as Uint8Array]);
      }
    }
    await settle();
    return this.#damaged;
  }

  #report(number: number, how: 'missing' | 'altered'): void {
    if (this.#damaged.has(number)) return;
    this.#damaged.add(number);
    const { table, owner, what } = this.#table;
    const of = owner === 'rid' ? `record ${number}` : `entry ${number}`;
    this.#findings.add({
      code: 'verify.index-altered',
      what: `Index rows (${what}) were ${how === 'missing' ? 'removed or changed' : 'added, removed or changed'}: searches would answer wrongly.`,
      where: `${table} of ${of}`,
      ...(owner === 'seq' ? { sequence: number } : { rid: number }),
      repair: 'rebuild',
    });
  }
}
