/** Reading a table from end to end in one snapshot, a few hundred rows at a time. */
import type pg from 'pg';
import type { Row } from '../../store/database.ts';

const ROWS = 400;

export class Snapshot {
  readonly #client: pg.Client;
  #cursors = 0;

  private constructor(client: pg.Client) {
    this.#client = client;
  }

  static async open(client: pg.Client): Promise<Snapshot> {
    await client.query('begin isolation level repeatable read read only');
    // Scans read everything: here the planner may choose.
    await client.query(
      'set local enable_seqscan = on; set local enable_hashjoin = on; set local enable_mergejoin = on; set local cursor_tuple_fraction = 1',
    );
    return new Snapshot(client);
  }

  async query(text: string, values: readonly unknown[] = []): Promise<readonly Row[]> {
    const { rows } = await this.#client.query({ text, values: [...values], rowMode: 'array' });
    return rows as unknown as readonly Row[];
  }

  async *batches(text: string, count = ROWS): AsyncGenerator<readonly Row[]> {
    const name = `scan${++this.#cursors}`;
    await this.#client.query(`declare ${name} no scroll cursor for ${text}`);
    for (;;) {
      const rows = await this.query(`fetch ${count} from ${name}`);
      if (rows.length > 0) yield rows;
      if (rows.length < count) break;
    }
    await this.#client.query(`close ${name}`);
  }

  /** `count`: rows read at a time. */
  async *rows(text: string, count = ROWS): AsyncGenerator<Row> {
    for await (const batch of this.batches(text, count)) yield* batch;
  }

  async close(): Promise<void> {
    await this.#client.end();
  }
}
