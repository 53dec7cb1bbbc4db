/** Where the organisations' databases are: on a PostgreSQL server that was named, else on an embedded one in the data directory. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { codedError } from '../base/errors.ts';
import { fail, ok, type Result } from '../base/result.ts';
import { databaseName, databasesOn, type Databases } from '../store/databases.ts';
import { openCluster } from '../store/postgres-cluster.ts';
import { sandboxErrors } from './errors.ts';

export const clusterOptions = (dataDirectory: string): { readonly directory: string; readonly logDirectory: string } => ({
  directory: join(dataDirectory, 'postgres'),
  logDirectory: join(dataDirectory, 'logs'),
});

/** `create`: a cluster may be made when there is none; otherwise `sandbox.no-database`. */
export async function openDatabases(dataDirectory: string, databaseUrl: string | undefined, create: boolean): Promise<Result<Databases>> {
  if (databaseUrl !== undefined) return ok(databasesOn(databaseUrl));
  if (!create && !existsSync(join(clusterOptions(dataDirectory).directory, 'data')))
    return fail(codedError(sandboxErrors, 'sandbox.no-database', { data: { directory: dataDirectory } }));
  const cluster = await openCluster(clusterOptions(dataDirectory));
  if (!cluster.ok) return cluster;
  return ok({ open: (organisation) => cluster.value.createDatabase(databaseName(organisation)), close: () => cluster.value.close() });
}
