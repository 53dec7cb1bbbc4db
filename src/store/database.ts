/** One organisation's database: a pool of reading sessions and the session of its only writer, planned alike. */
import pg from 'pg';
import { codedError } from '../base/errors.ts';
import { CodedException, fail, ok, type Result } from '../base/result.ts';
import { storeErrors } from './errors.ts';
import { migrate } from './migrations.ts';

/** Everything lives in one schema, so that a shared server stays tidy. */
export const SCHEMA = 'careledger';

/**
 * Queries are written in the order in which they should run (`src/records/query`), and every access path has an index: plans are fixed
 * once per session instead of being guessed per value from statistics that cannot know keyed tokens.
 */
const PLANNING = 'plan_cache_mode=force_generic_plan enable_hashjoin=off enable_mergejoin=off enable_seqscan=off jit=off'
  .split(' ')
  .map((setting) => `-c ${setting}`)
  .join(' ');

const LOCK_NAMESPACE = 0x6c6f67;

export type Row = readonly unknown[];

export interface Statement {
  /** Prepared once per session under this name. */
  readonly name?: string;
  readonly text: string;
  readonly values: readonly unknown[];
}

export interface DatabaseOptions {
  /** `postgresql://user@host/name`, `postgresql://user@/name?host=/socket/directory`. */
  readonly url: string;
  /** Reading sessions at most. */
  readonly readers?: number;
}

export interface Database {
  /** Rows as arrays of columns. Throws the driver's error. */
  query(statement: Statement): Promise<readonly Row[]>;
  /** The writer's session; holds the lock of the database. */
  readonly writer: WriterSession;
  /** A session of its own, for long scans; the caller ends it. */
  connect(): Promise<pg.Client>;
  close(): Promise<void>;
}

/** The session that holds the database's lock; lost sessions are replaced on the next use. */
export interface WriterSession {
  query(statement: Statement): Promise<readonly Row[]>;
  /** Counts sessions: when it has changed, what the writer remembers may be out of date. */
  generation(): number;
  /** Opens a session unless there is one; `store.locked`, `store.unavailable`. */
  ready(): Promise<Result<void>>;
}

const clientConfig = (url: string, name: string): pg.ClientConfig => ({
  connectionString: url,
  application_name: name,
  options: `-c search_path=${SCHEMA} ${PLANNING}`,
  connectionTimeoutMillis: 15_000,
  keepAlive: true,
});

export async function openDatabase(options: DatabaseOptions): Promise<Result<Database>> {
  const writer = new Writer(options.url);
  const ready = await writer.ready();
  if (!ready.ok) return ready;
  const migrated = await migrate((text) => writer.query({ text, values: [] }));
  if (!migrated.ok) {
    await writer.end();
    return migrated;
  }
  const { end, ...reading } = readingSessions(options);
  return ok({
    ...reading,
    writer,
    async close() {
      await Promise.allSettled([end(), writer.end()]);
    },
  });
}

/** A database that can only be looked at, also while its writer is another process. Throws the driver's error when it cannot be reached. */
export async function openDatabaseForReading(options: DatabaseOptions): Promise<Database> {
  const { end, ...reading } = readingSessions(options);
  const refused = fail(codedError(storeErrors, 'store.locked', { message: 'The database was opened for reading only.' }));
  const writer: WriterSession = {
    query: () => Promise.reject(new CodedException(refused.error)),
    generation: () => 0,
    ready: () => Promise.resolve(refused),
  };
  await reading.query({ text: 'select 1', values: [] });
  return { ...reading, writer, close: end };
}

function readingSessions(options: DatabaseOptions): Pick<Database, 'query' | 'connect'> & { end(): Promise<void> } {
  const pool = new pg.Pool({ ...clientConfig(options.url, 'careledger reader'), max: options.readers ?? 8, idleTimeoutMillis: 60_000 });
  // Idle sessions that the server ends (a restart) are replaced by the pool.
  pool.on('error', () => undefined);
  return {
    async query(statement) {
      const { rows } = await pool.query({ ...asQuery(statement) });
      return rows as unknown as readonly Row[];
    },
    async connect() {
      const client = new pg.Client(clientConfig(options.url, 'careledger scan'));
      client.on('error', () => undefined);
      await client.connect();
      return client;
    },
    end: () => pool.end(),
  };
}

const asQuery = (statement: Statement): pg.QueryArrayConfig => ({
  ...(statement.name === undefined ? {} : { name: statement.name }),
  text: statement.text,
  values: [...statement.values],
  rowMode: 'array',
});

class Writer implements WriterSession {
  readonly #url: string;
  #client: pg.Client | undefined;
  #generation = 0;
  #ended = false;

  constructor(url: string) {
    this.#url = url;
  }

  generation(): number {
    return this.#generation;
  }

  async ready(): Promise<Result<void>> {
    if (this.#ended) return fail(codedError(storeErrors, 'store.closed'));
    if (this.#client) return ok(undefined);
    const client = new pg.Client(clientConfig(this.#url, 'careledger writer'));
    const forget = (): void => {
      if (this.#client === client) this.#client = undefined;
    };
    client.on('error', forget);
    client.on('end', forget);
    try {
      await client.connect();
      // A session whose process was killed lets go within moments.
      for (let attempt = 0; ; attempt++) {
        const { rows } = await client.query('select pg_try_advisory_lock($1, hashtext(current_database())) as held', [LOCK_NAMESPACE]);
        if ((rows[0] as { held: boolean }).held) break;
        if (attempt === 30) {
          await client.end();
          return fail(codedError(storeErrors, 'store.locked'));
        }
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      this.#client = client;
      this.#generation++;
      return ok(undefined);
    } catch (cause) {
      await client.end().catch(() => undefined);
      return fail(codedError(storeErrors, 'store.unavailable', { data: { cause: (cause as Error).message } }));
    }
  }

  async query(statement: Statement): Promise<readonly Row[]> {
    if (!this.#client) throw new Error('the writing session is not open');
    const { rows } = await this.#client.query(asQuery(statement));
    return rows as unknown as readonly Row[];
  }

  async end(): Promise<void> {
    this.#ended = true;
    await this.#client?.end();
    this.#client = undefined;
  }
}
