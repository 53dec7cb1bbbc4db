/** Databases of organisations, by name: on a PostgreSQL server that is somebody else's, or on an embedded cluster. */
import pg from 'pg';
import { codedError } from '../base/errors.ts';
import { fail, ok, type Result } from '../base/result.ts';
import { storeErrors } from './errors.ts';

export interface Databases {
  /** Connection URL of an organisation's database; made when absent. */
  open(organisation: string): Promise<Result<string>>;
  close(): Promise<void>;
}

export const databaseName = (organisation: string): string => `careledger_${organisation.replaceAll('-', '_')}`;

/** URL of one organisation's database on a server that was named. Not parsed as a URL: over a socket it has no host, which those need. */
export const databaseOn = (serverUrl: string, organisation: string): string =>
  serverUrl.replace(/^([a-z]+:\/\/[^/?#]*)(\/[^?#]*)?/, (_, server: string) => `${server}/${databaseName(organisation)}`);

/** On a server that was named; it stays when they are closed. */
export const databasesOn = (serverUrl: string): Databases => ({
  async open(organisation) {
    const name = databaseName(organisation);
    const client = new pg.Client({ connectionString: serverUrl, connectionTimeoutMillis: 10_000 });
    try {
      await client.connect();
      const { rows } = await client.query('select 1 from pg_database where datname = $1', [name]);
      if (rows.length === 0) await client.query(`create database ${name} encoding 'UTF8' lc_collate 'C' lc_ctype 'C' template template0`);
      return ok(databaseOn(serverUrl, organisation));
    } catch (cause) {
      return fail(
        codedError(storeErrors, 'store.failed', { message: `The database server of DATABASE_URL cannot be used: ${(cause as Error).message}` }),
      );
    } finally {
      await client.end().catch(() => undefined);
    }
  },
  close: async () => undefined,
});
