/**
 * P2: a node's disk is worthless without its keys. A thousand patients with strings that occur nowhere else are stored, searched and
 * read; then every file of the data directory (PostgreSQL with its write-ahead log, ledger, logs) is searched for them. The control
 * stores the same with sealing switched off, and must find them all: so the search can find.
 */
import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import { afterAll, describe, expect, test } from 'vitest';
import { utf8 } from '../../src/base/bytes.ts';
import { openRecords } from '../../src/records/open.ts';
import { openCluster } from '../../src/store/postgres-cluster.ts';
import { createRandom } from '../../src/synthetic/random.ts';
import { rootKeyFromBytes } from '../../src/vault/root-key.ts';
import { startSandbox, temporaryDirectory } from '../support/sandbox.ts';

const PATIENTS = 1000;
const PER_BUNDLE = 50;
/** In front of every canary: what the files are searched for, in any spelling and in common encodings. */
const MARK = 'kanari';
const random = createRandom('canaries');
const canary = (): string => `${MARK}${Array.from({ length: 10 }, () => 'abcdefghijklmnopqrstuvwxyz'[random.int(0, 25)]!).join('')}`;

interface Person {
  readonly id: string;
  readonly family: string;
  readonly given: string;
  readonly street: string;
  readonly identifier: string;
  readonly note: string;
}

const people: readonly Person[] = Array.from({ length: PATIENTS }, (_, i) => ({
  id: `p${i}`,
  family: canary(),
  given: canary(),
  street: canary(),
  identifier: canary(),
  note: canary(),
}));
const all = people.flatMap(({ family, given, street, identifier, note }) => [family, given, street, identifier, note]);

const patientOf = ({ id, family, given, street, identifier }: Person): Record<string, unknown> => ({
  resourceType: 'Patient',
  id,
  identifier: [{ system: 'urn:test', value: identifier }],
  name: [{ family, given: [given] }],
  address: [{ line: [street], city: street }],
});

const noteOf = ({ id, note }: Person): Record<string, unknown> => ({
  resourceType: 'Observation',
  id: `o${id}`,
  status: 'final',
  code: { text: note },
  subject: { reference: `Patient/${id}`, display: note },
  note: [{ text: `Free text with ${note} in it.` }],
});

const encodings: readonly Buffer[] = [
  Buffer.from(MARK, 'utf16le'),
  Buffer.from(Buffer.from(MARK).toString('hex')),
  // base64 in each of the three alignments, without the characters that the neighbours decide.
  ...[0, 1, 2].map((shift) =>
    Buffer.from(
      Buffer.from(`${'x'.repeat(shift)}${MARK}`)
        .toString('base64')
        .replace(/=+$/, '')
        .slice(shift === 0 ? 0 : shift + 1, -2),
    ),
  ),
];

/** Files in which anything shows, and which canaries do in plain text. */
function search(directory: string): { readonly files: readonly string[]; readonly found: ReadonlySet<string>; readonly searched: number } {
  const files: string[] = [];
  const found = new Set<string>();
  let searched = 0;
  for (const name of readdirSync(directory, { recursive: true, encoding: 'utf8' })) {
    const file = path.join(directory, name);
    if (!statSync(file).isFile()) continue;
    const bytes = readFileSync(file);
    searched += bytes.length;
    const plain =
      bytes
        .toString('latin1')
        .toLowerCase()
        .match(/kanari[a-z]{10}/g) ?? [];
    if (plain.length > 0 || encodings.some((encoding) => bytes.includes(encoding))) files.push(name);
    for (const one of plain) found.add(one);
  }
  return { files, found, searched };
}

const folder = temporaryDirectory();
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a disk without keys', () => {
  test('tells nothing of a thousand patients', async () => {
    const dataDirectory = path.join(folder, 'sandbox');
    const sandbox = await startSandbox({ dataDirectory, people: 0, anchorIntervalMs: 200 });
    const base = `${sandbox.url('st-marys')}/fhir`;
    const headers = { authorization: `Bearer ${await sandbox.token('st-marys', 'system')}`, 'content-type': 'application/fhir+json' };
    for (let from = 0; from < PATIENTS; from += PER_BUNDLE) {
      const entry = people.slice(from, from + PER_BUNDLE).flatMap((person) =>
        [patientOf(person), noteOf(person)].map((resource) => ({
          resource,
          request: { method: 'PUT', url: `${String(resource['resourceType'])}/${String(resource['id'])}` },
        })),
      );
      const answer = await fetch(base, { method: 'POST', headers, body: JSON.stringify({ resourceType: 'Bundle', type: 'transaction', entry }) });
      expect(answer.status, (await answer.text()).slice(0, 300)).toBe(200);
    }
    // What is asked for may end up in a log as well: searches, also wrong ones, and refused writes.
    for (const { family, identifier, id, note } of people.slice(0, 20)) {
      const found = (await (await fetch(`${base}/Patient?family=${family}&identifier=urn:test|${identifier}`, { headers })).json()) as {
        entry?: unknown[];
      };
      expect(found.entry?.length).toBe(1);
      await fetch(`${base}/Patient?unknown-${note}=${note}`, { headers });
      await fetch(`${base}/Patient/${id}`, { headers: {} });
      const refused = await fetch(`${base}/Observation`, { method: 'POST', headers, body: JSON.stringify({ ...noteOf(people[0]!), status: note }) });
      expect(refused.status).toBeGreaterThanOrEqual(400);
    }
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const running = search(dataDirectory);
    expect(running.searched).toBeGreaterThan(20_000_000);
    expect(running.files).toEqual([]);
    await sandbox.stop();
    expect(search(dataDirectory).files).toEqual([]);
    expect(sandbox.output().toLowerCase()).not.toContain(MARK);
  });

  test('the control, with sealing off, finds them all', async () => {
    const directory = path.join(folder, 'control');
    const cluster = await openCluster({ directory, logDirectory: path.join(directory, 'logs') });
    if (!cluster.ok) throw new Error(cluster.error.message);
    const url = await cluster.value.createDatabase('control');
    if (!url.ok) throw new Error(url.error.message);
    const records = await openRecords({
      organisation: 'control',
      rootKey: rootKeyFromBytes(new Uint8Array(32).fill(7)),
      database: url.value,
      sealing: 'off',
    });
    if (!records.ok) throw new Error(records.error.message);
    const draft = (resource: Record<string, unknown>) => ({
      space: 'own',
      type: String(resource['resourceType']),
      id: String(resource['id']),
      version: 1,
      deleted: false,
      content: utf8(JSON.stringify(resource)),
      lastUpdated: 1_780_000_000_000,
      patient: undefined,
      compartments: [],
      labels: [],
      terms: { tokens: [], edges: [] },
    });
    for (let from = 0; from < PATIENTS; from += PER_BUNDLE) {
      const versions = people.slice(from, from + PER_BUNDLE).flatMap((person) => [draft(patientOf(person)), draft(noteOf(person))]);
      const written = await records.value.writer.append({ versions, events: [], guards: [] });
      expect(written.ok).toBe(true);
    }
    const client = new pg.Client({ connectionString: url.value });
    await client.connect();
    await client.query('checkpoint');
    await client.end();
    await records.value.close();
    await cluster.value.close();
    const { found } = search(directory);
    expect(all.filter((one) => !found.has(one))).toEqual([]);
  });
});
