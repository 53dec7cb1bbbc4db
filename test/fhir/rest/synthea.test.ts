/** All bundles of the Synthea corpus go in without an error, and what is stored is what was sent, type by type. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { corpus, readTarGz } from '../../support/corpora.ts';
import { startFhir, type FhirClient, type TestServer, type Loose } from './support.ts';

const file = corpus('fhir/synthea-r4-60.tar.gz');

describe.skipIf(!file)('import of the Synthea bundles', () => {
  let server: TestServer;
  let client: FhirClient;
  beforeAll(async () => {
    server = await startFhir();
    client = server.client(await server.token({ role: 'system', name: 'import' }));
  }, 60_000);
  afterAll(() => server.close());

  test('60 bundles, 0 errors, counts per type equal, every reference resolves', async () => {
    const bundles = readTarGz(file!).filter(({ path }) => path.endsWith('.json'));
    expect(bundles).toHaveLength(60);
    const expected = new Map<string, number>();
    const perPatient = new Map<string, number>();
    const failed: string[] = [];
    const left = [...bundles];
    const work = async (): Promise<void> => {
      for (let bundle = left.pop(); bundle; bundle = left.pop()) {
        const text = Buffer.from(bundle.bytes).toString('utf8');
        const { entry } = JSON.parse(text) as { entry: { resource: { resourceType: string } }[] };
        for (const { resource } of entry) expected.set(resource.resourceType, (expected.get(resource.resourceType) ?? 0) + 1);
        const answer = await client('POST', '', text);
        if (answer.status !== 200) {
          failed.push(`${bundle.path}: ${answer.status} ${answer.text.slice(0, 500)}`);
          continue;
        }
        const created: string[] = answer.json.entry
          .filter((each: Loose) => each.response.status === '201 Created')
          .map((each: Loose) => each.response.location);
        if (created.length !== entry.length) failed.push(`${bundle.path}: ${created.length} of ${entry.length}`);
        perPatient.set(/Patient\/([^/]+)/.exec(created.find((location) => location.includes('/Patient/'))!)![1]!, entry.length);
      }
    };
    await Promise.all([work(), work(), work()]);
    expect(failed).toEqual([]);
    expect(Object.fromEntries([...(await server.records.reader.counts('own'))].sort())).toEqual(Object.fromEntries([...expected].sort()));

    // One patient's whole record: everything of the bundle comes back, and all its references lead to records.
    const [[patient, count]] = [...perPatient].sort((a, b) => a[1] - b[1]) as [[string, number]];
    const records: Loose[] = [];
    let url: string | undefined = `Patient/${patient}/$everything?_count=300`;
    while (url !== undefined) {
      const page: Loose = (await client('GET', url)).json;
      records.push(...page.entry.map((each: Loose) => each.resource));
      url = page.link.find((link: Loose) => link.relation === 'next')?.url;
    }
    const keys = new Set(records.map(({ resourceType, id }) => `${resourceType}/${id}`));
    expect(keys.size).toBe(count);
    const references = [...JSON.stringify(records).matchAll(/"reference":"([^"#]+)"/g)].map(([, reference]) => reference!);
    expect(references.length).toBeGreaterThan(count);
    expect(references.filter((reference) => !keys.has(reference))).toEqual([]);
  }, 120_000);
});
