/**
 * P3, log before release, with the power gone: the whole network is killed at the first bytes of answers, PostgreSQL with it. Whoever received
 * anything is in the patient's log after the restart.
 */
import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { Accesses } from '../../src/contract/portal.ts';
import { sandboxToken } from '../../src/sandbox/tokens.ts';
import { startSandbox, temporaryDirectory, type TestSandbox } from '../support/sandbox.ts';

const ROUNDS = 3;
const READERS = 40;
const ORGANISATION = 'city-hospital';
const dataDirectory = temporaryDirectory();
afterAll(() => rmSync(dataDirectory, { recursive: true, force: true }));

/** Names in the log of who was given something. */
async function logged(sandbox: TestSandbox): Promise<ReadonlySet<string>> {
  const token = await sandbox.token(ORGANISATION, 'patient', 'watched');
  const names = new Set<string>();
  let after = '';
  for (;;) {
    const answer = await fetch(`${sandbox.url(ORGANISATION)}/portal/api/patients/watched/accesses${after}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    const { accesses, next } = (await answer.json()) as Accesses;
    for (const { who, outcome } of accesses) if (outcome === 'released') names.add(who.name);
    if (next === null) return names;
    after = `?after=${encodeURIComponent(next)}`;
  }
}

test('whoever received a first byte is in the log, whatever happens after it', async () => {
  let sandbox = await startSandbox({ dataDirectory, people: 0 });
  const { port } = sandbox;
  const system = await sandbox.token(ORGANISATION, 'system');
  const stored = await fetch(`${sandbox.url(ORGANISATION)}/fhir/Patient/watched`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${system}`, 'content-type': 'application/fhir+json' },
    body: JSON.stringify({ resourceType: 'Patient', id: 'watched', name: [{ family: 'Watched' }] }),
  });
  expect(stored.status).toBe(201);

  const received: string[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const names = Array.from({ length: READERS }, (_, i) => `Reader ${round}-${i}`);
    const tokens = await Promise.all(names.map((name) => sandboxToken(dataDirectory, ORGANISATION, { role: 'clinician', name })));
    const url = `${sandbox.url(ORGANISATION)}/fhir/Patient/watched`;
    const postmaster = Number(readFileSync(path.join(dataDirectory, 'postgres/data/postmaster.pid'), 'utf8').split('\n')[0]);
    let killed: Promise<void> | undefined;
    const kill = (): void => {
      killed ??= sandbox.kill();
      try {
        process.kill(postmaster, 'SIGKILL');
      } catch {
        // It went down by itself.
      }
    };
    await Promise.all(
      tokens.map(async (token, i) => {
        try {
          const { ok } = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
          if (!ok) return;
          received.push(names[i]!);
          kill();
        } catch {
          // Cut off before it received anything.
        }
      }),
    );
    await killed;
    sandbox = await startSandbox({ dataDirectory, port, people: 0 });
  }
  expect(received.length).toBeGreaterThanOrEqual(ROUNDS);
  const log = await logged(sandbox);
  await sandbox.stop();
  expect(received.filter((name) => !log.has(name))).toEqual([]);
});
