import { createReadStream } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { utf8 } from '../../src/base/bytes.ts';
import { unwrap } from '../../src/base/result.ts';
import { openRecords } from '../../src/records/open.ts';
import { openCluster } from '../../src/store/postgres-cluster.ts';
import { rootKeyFromBytes } from '../../src/vault/root-key.ts';
import { audit, draft, everything, testLedger, unit } from '../support/records.ts';

const PATIENTS = 1000;
const canaryOf = (index: number): string => `zqx${index.toString(36).padStart(4, '0')}vkj`;

/** Numbers of the canaries in any file below a directory. */
async function findCanaries(directory: string): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    let tail = '';
    for await (const chunk of createReadStream(join(entry.parentPath, entry.name), { encoding: 'latin1' })) {
      const text = tail + (chunk as string);
      for (const hit of text.matchAll(/zqx[0-9a-z]{4}vkj/g)) found.add(hit[0]);
      tail = text.slice(-16);
    }
  }
  return found;
}

async function fill(directory: string, sealing: 'on' | 'off'): Promise<ReadonlySet<string>> {
  const cluster = unwrap(await openCluster({ directory: join(directory, 'postgres'), logDirectory: join(directory, 'logs') }));
  const ledger = await testLedger(join(directory, 'ledger'));
  const records = unwrap(
    await openRecords({
      organisation: 'city-hospital',
      rootKey: rootKeyFromBytes(new Uint8Array(32).fill(7)),
      database: unwrap(await cluster.createDatabase('canary')),
      ledger,
      anchorIntervalMs: 0,
      sealing,
    }),
  );
  for (let at = 0; at < PATIENTS; at += 100) {
    const some = Array.from({ length: 100 }, (_, index) => canaryOf(at + index));
    const versions = some.map((canary) =>
      draft({
        type: 'Patient',
        id: canary,
        content: utf8(
          JSON.stringify({
            resourceType: 'Patient',
            id: canary,
            name: [{ family: canary }],
            address: [{ line: [canary] }],
            text: { div: `<div>${canary}</div>` },
          }),
        ),
        patient: canary,
        compartments: [canary],
        labels: [canary],
        terms: {
          tokens: [`Patient.name\u0000${canary}`, `Patient.identifier\u0000urn:x|${canary}`],
          edges: [{ param: `Patient.${canary}`, target: `Organization/${canary}` }],
        },
      }),
    );
    unwrap(await records.writer.append(unit({ versions, events: some.map((canary) => audit(canary, [`patient\u0000${canary}`], canary)) })));
  }
  unwrap(await records.anchoring!.anchorNow());
  const one = await records.reader.search({
    space: 'own',
    types: ['Patient'],
    where: { kind: 'token', anyOf: [`Patient.name\u0000${canaryOf(7)}`] },
    visibility: everything,
    order: { by: 'date', descending: true },
    limit: 5,
    withTotal: true,
  });
  expect(one.total).toBe(1);
  // A statement that fails must not bring a value into the log either.
  await records.database.query({ text: 'select $1::int', values: [canaryOf(1)] }).catch(() => undefined);
  await records.database.query({ text: 'checkpoint', values: [] });
  await records.close();
  await ledger.close();
  await cluster.close();
  return findCanaries(directory);
}

test(
  '1,000 patients leave no trace in database files, WAL, logs or ledger; with sealing off the same search finds every one',
  { timeout: 120_000 },
  async () => {
    for (const sealing of ['on', 'off'] as const) {
      const directory = await mkdtemp(join(tmpdir(), 'cly-'));
      const found = await fill(directory, sealing);
      expect(found.size).toBe(sealing === 'on' ? 0 : PATIENTS);
      await rm(directory, { recursive: true, force: true });
    }
  },
);
