/** A sandbox on a PostgreSQL server of the system, named by DATABASE_URL, instead of the embedded one. */
import { existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { openCluster } from '../../src/store/postgres-cluster.ts';
import { binariesIn } from '../../src/store/postgres-binaries.ts';
import { hasServer, DEBIAN_BINARIES } from '../support/postgres.ts';
import { careledger, startSandbox, temporaryDirectory } from '../support/sandbox.ts';

const there = hasServer('debian');
if (!there) console.warn('skipped: Debian’s PostgreSQL is not installed');

describe.skipIf(!there && process.env['CI'] !== 'true')('DATABASE_URL', () => {
  test('a sandbox keeps its organisations in databases of that server, checks out, and starts again', async () => {
    const folder = temporaryDirectory();
    const directory = path.join(folder, 'server');
    const cluster = await openCluster({ directory, logDirectory: path.join(folder, 'logs'), binaries: binariesIn(DEBIAN_BINARIES) });
    if (!cluster.ok) throw new Error(cluster.error.message);
    try {
      const env = { DATABASE_URL: cluster.value.url('postgres') };
      const dataDirectory = path.join(folder, 'data');
      const first = await startSandbox({ dataDirectory, people: 4, env });
      expect(existsSync(path.join(dataDirectory, 'postgres'))).toBe(false);
      await first.stop();
      const second = await startSandbox({ dataDirectory, people: 4, env });
      const token = await second.token('city-hospital', 'system');
      const found = (await (
        await fetch(`${second.url('city-hospital')}/fhir/Patient?_summary=count`, { headers: { authorization: `Bearer ${token}` } })
      ).json()) as { total: number };
      expect(found.total).toBeGreaterThan(0);
      const verified = await second.cli('verify', '--all');
      expect(verified.code, `${verified.stdout}${verified.stderr}`).toBe(0);
      await second.stop();
      const withoutServer = await careledger(['verify', '--all'], { CARELEDGER_DATA: dataDirectory, DATABASE_URL: '' });
      expect(withoutServer.stderr).toContain('(sandbox.no-database)');
      expect(existsSync(path.join(dataDirectory, 'postgres'))).toBe(false);
      await expect(startSandbox({ dataDirectory, people: 4 })).rejects.toThrow('(sandbox.no-database)');
    } finally {
      await cluster.value.close();
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
