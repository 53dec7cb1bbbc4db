import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { unwrap } from '../../src/base/result.ts';
import { openRecords } from '../../src/records/open.ts';
import { verifyStored } from '../../src/records/verify/verify.ts';
import { openCluster } from '../../src/store/postgres-cluster.ts';
import { isAlive } from '../../src/store/postgres-process.ts';
import { rootKeyFromBytes } from '../../src/vault/root-key.ts';
import { seededRandom } from '../support/damage.ts';
import { everything } from '../support/records.ts';

const rounds = Number(process.env.CARELEDGER_KILLS ?? 20);
const random = seededRandom(Number(process.env.CARELEDGER_SEED ?? 7));

test(`after each of ${rounds} kills -9 every acknowledged write is there and everything verifies`, { timeout: rounds * 20_000 }, async () => {
  const directory = await mkdtemp(join(tmpdir(), 'clk-'));
  const acknowledged: string[] = [];
  let postmaster = 0;
  for (let round = 0; round < rounds; round++) {
    const child = spawn(process.execPath, [join(import.meta.dirname, 'killed-child.ts'), directory, String(round)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const closed = once(child, 'close');
    for await (const line of createInterface({ input: child.stdout })) {
      if (!line.startsWith('ready')) acknowledged.push(line);
      else {
        postmaster = Number(line.split(' ')[1]);
        setTimeout(
          () => {
            child.kill('SIGKILL');
            // Now and then the database server dies with it.
            if (round % 4 === 3) process.kill(postmaster, 'SIGKILL');
          },
          50 + random(250),
        );
      }
    }
    await closed;
  }
  const survivors = acknowledged.length;
  expect(survivors).toBeGreaterThan(rounds * 5);

  const cluster = unwrap(await openCluster({ directory: join(directory, 'postgres'), logDirectory: join(directory, 'logs') }));
  const database = unwrap(await cluster.createDatabase('killed'));
  const records = unwrap(await openRecords({ organisation: 'city-hospital', rootKey: rootKeyFromBytes(new Uint8Array(32).fill(7)), database }));
  for (let at = 0; at < survivors; at += 500) {
    const ids = acknowledged.slice(at, at + 500);
    const read = await records.reader.readMany(
      'own',
      ids.map((id) => ({ type: 'Observation', id })),
      everything,
    );
    expect(read.length).toBe(ids.length);
  }
  for (const id of acknowledged.filter((_, index) => index % 50 === 0))
    expect((await records.reader.events(['audit'], `of\u0000${id}`, { limit: 5 })).events.length).toBe(1);
  const report = await verifyStored(records.context);
  expect(report.damages).toEqual([]);
  expect(report.checked.versions).toBeGreaterThanOrEqual(survivors);
  await records.close();
  const pid = cluster.pid();
  await cluster.close();
  await sleep(20);
  expect(isAlive(pid)).toBe(false);
  await rm(directory, { recursive: true, force: true });
});
