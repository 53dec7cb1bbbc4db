/**
 * How common a word is, roughly: which condition of a query to start from. PostgreSQL's own statistics list the most common words;
 * a word that is not among them is rare.
 */
import type { Database } from '../../store/database.ts';

const REFRESH_MS = 60_000;
const RARE_TOKEN = 100;
/** References to one target: a patient's observations, rather than an organisation's. */
const RARE_TARGET = 60;

interface Common {
  readonly rows: ReadonlyMap<string, number>;
}

export class TermStatistics {
  readonly #database: Database;
  #tokens: Common = { rows: new Map() };
  #targets: Common = { rows: new Map() };
  #loaded = -Infinity;
  #loading = false;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Rows that carry the token. */
  token(word: bigint): number {
    this.#refresh();
    return this.#tokens.rows.get(word.toString()) ?? RARE_TOKEN;
  }

  /** Rows that refer to the target, by whatever parameter. */
  target(word: bigint): number {
    this.#refresh();
    return this.#targets.rows.get(word.toString()) ?? RARE_TARGET;
  }

  /** Reads in the background: a query never waits for it. */
  #refresh(): void {
    const now = performance.now();
    if (this.#loading || now - this.#loaded < REFRESH_MS) return;
    this.#loading = true;
    void Promise.all([this.#load('idx', 'token'), this.#load('edge', 'target')])
      .then(
        ([tokens, targets]) => {
          this.#tokens = tokens;
          this.#targets = targets;
        },
        () => undefined,
      )
      .finally(() => {
        this.#loaded = now;
        this.#loading = false;
      });
  }

  async #load(table: string, column: string): Promise<Common> {
    const [row] = await this.#database.query({
      text: `select most_common_vals::text, most_common_freqs::text, (select greatest(reltuples, 0) from pg_class where oid = $1::regclass)
             from pg_stats where schemaname = current_schema() and tablename = $1 and attname = $2`,
      values: [table, column],
    });
    if (!row || row[0] === null) return { rows: new Map() };
    const list = (text: unknown): string[] => (text as string).slice(1, -1).split(',');
    const frequencies = list(row[1]).map(Number);
    return { rows: new Map(list(row[0]).map((word, index) => [word, frequencies[index]! * Number(row[2])])) };
  }
}
