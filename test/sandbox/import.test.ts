/**
 * All Synthea bundles of the corpus through the command line: nothing refused, counts equal, a second time recognised; and every version
 * that came of it has a receipt that holds when the network is stopped and its data directory is gone.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { corpus, readTarGz } from '../support/corpora.ts';
import { careledger, startSandbox, temporaryDirectory, type TestSandbox } from '../support/sandbox.ts';

const archive = corpus('fhir/synthea-r4-60.tar.gz');
const folder = temporaryDirectory();

describe.skipIf(!archive)('importing Synthea', () => {
  let sandbox: TestSandbox;
  const bundles = path.join(folder, 'bundles');
  const expected = new Map<string, number>();

  beforeAll(async () => {
    mkdirSync(bundles);
    for (const { path: name, bytes } of readTarGz(archive!)) {
      if (!name.endsWith('.json')) continue;
      writeFileSync(path.join(bundles, path.basename(name)), bytes);
      const { entry } = JSON.parse(Buffer.from(bytes).toString('utf8')) as { entry: readonly { resource: { resourceType: string } }[] };
      for (const { resource } of entry) expected.set(resource.resourceType, (expected.get(resource.resourceType) ?? 0) + 1);
    }
    sandbox = await startSandbox({ people: 0, anchorIntervalMs: 1000 });
  });
  afterAll(async () => {
    await sandbox?.[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  });

  test('takes all 60 bundles without an error, and the counts per type equal the source', async () => {
    const { code, stdout, stderr } = await sandbox.cli('import', bundles, '--org', 'northside-clinic', '--json');
    expect(code, stderr).toBe(0);
    const result = JSON.parse(stdout) as { imported: number; failed: number; resources: number };
    expect(result).toMatchObject({ imported: 60, failed: 0, resources: [...expected.values()].reduce((a, b) => a + b) });
    const token = await sandbox.token('northside-clinic', 'system');
    for (const [type, count] of expected) {
      const answer = await fetch(`${sandbox.url('northside-clinic')}/fhir/${type}?_summary=count`, { headers: { authorization: `Bearer ${token}` } });
      expect(((await answer.json()) as { total: number }).total, type).toBe(count);
    }
  });

  test('recognises a file that is in already, and goes on where it was interrupted', async () => {
    const again = JSON.parse((await sandbox.cli('import', bundles, '--org', 'northside-clinic', '--json')).stdout) as {
      imported: number;
      known: number;
    };
    expect(again).toMatchObject({ imported: 0, known: 60 });
    const elsewhere = JSON.parse((await sandbox.cli('import', path.join(bundles), '--org', 'st-marys', '--json')).stdout) as {
      imported: number;
      known: number;
    };
    expect(elsewhere).toMatchObject({ imported: 60, known: 0 });
  });

  test('refuses what is no bundle, or has a bad entry, and stores nothing of it', async () => {
    const write = (name: string, content: unknown): string => {
      const file = path.join(folder, name);
      writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
      return file;
    };
    const good = { resource: { resourceType: 'Patient', name: [{ family: 'Halfway' }] }, request: { method: 'POST', url: 'Patient' } };
    const bad = {
      resource: { resourceType: 'Observation', status: 'no-such-status', code: { text: 'x' } },
      request: { method: 'POST', url: 'Observation' },
    };
    const files = [
      write('notes.json', 'not json'),
      write('patient.json', { resourceType: 'Patient' }),
      write('bad.json', { resourceType: 'Bundle', type: 'transaction', entry: [good, bad] }),
    ];
    const { code, stdout, stderr } = await sandbox.cli('import', ...files, '--org', 'city-hospital');
    expect(code).toBe(1);
    expect(stdout).toContain('3 failed');
    expect(stderr).toMatch(/notes\.json: not JSON/);
    expect(stderr).toMatch(/patient\.json: not a FHIR bundle/);
    expect(stderr).toMatch(/bad\.json: .*entry\[1\]/);
    const token = await sandbox.token('city-hospital', 'system');
    const answer = await fetch(`${sandbox.url('city-hospital')}/fhir/Patient?family=Halfway&_summary=count`, {
      headers: { authorization: `Bearer ${token}` },
    });
    expect(((await answer.json()) as { total: number }).total).toBe(0);
  });

  test('every version has a receipt, and each of them holds with the network stopped and nothing but the genesis', async () => {
    const receipts = path.join(folder, 'receipts');
    const resources = [...expected.values()].reduce((a, b) => a + b);
    const saved = await sandbox.cli('receipt', '--all', '--org', 'northside-clinic', '--out', receipts, '--json');
    expect(saved.code, saved.stderr).toBe(0);
    expect(JSON.parse(saved.stdout)).toMatchObject({ versions: resources });
    await sandbox[Symbol.asyncDispose]();
    for (const [type, count] of expected)
      expect(readdirSync(path.join(receipts, type)).filter((name) => name.endsWith('_1.cbor')).length, type).toBe(count);

    const verify = async (chosen: string): Promise<{ code: number; report: { holds: boolean; folders: readonly Record<string, unknown>[] } }> => {
      const genesis = path.join(receipts, 'genesis.json');
      const { code, stdout, stderr } = await careledger(['verify', chosen, '--trust', genesis, '--data', path.join(folder, 'nothing'), '--json']);
      expect(stdout, stderr).not.toBe('');
      return { code, report: JSON.parse(stdout) as { holds: boolean; folders: readonly Record<string, unknown>[] } };
    };
    const all = await verify(receipts);
    expect(all.report).toMatchObject({
      holds: true,
      folders: [{ receipts: resources, held: resources, entries: resources, withoutContent: 0, notHeld: [] }],
    });
    expect(all.code).toBe(0);

    // It can fail: one bit of one content and one bit of one receipt are two findings.
    const patients = path.join(receipts, 'Patient');
    const files = readdirSync(patients).toSorted();
    const content = path.join(
      patients,
      files.find((name) => name.endsWith('.json'))!,
    );
    const receipt = path.join(
      patients,
      files.findLast((name) => name.endsWith('.cbor'))!,
    );
    for (const file of [content, receipt]) {
      const bytes = readFileSync(file);
      bytes[Math.floor(bytes.length / 2)]! ^= 1;
      writeFileSync(file, bytes);
    }
    const harmed = await verify(patients);
    expect(harmed.code).toBe(1);
    expect(harmed.report).toMatchObject({
      holds: false,
      folders: [{ receipts: 60, held: 58, notHeld: [{ file: content.replace('.json', '.cbor') }, { file: receipt }] }],
    });
  });
});
