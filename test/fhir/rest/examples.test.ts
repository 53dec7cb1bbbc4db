import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { corpus, readTarGz } from '../../support/corpora.ts';
import { startFhir, type TestServer } from './support.ts';

const file = corpus('fhir/r4-examples-4.0.1.tar.gz');
const DEFINITIONAL = new Set([
  'StructureDefinition',
  'ValueSet',
  'CodeSystem',
  'SearchParameter',
  'OperationDefinition',
  'ConceptMap',
  'CapabilityStatement',
  'CompartmentDefinition',
  'StructureMap',
  'ImplementationGuide',
]);

/** JSON with sorted keys and the digits of every number as they were written; without what the server assigns. */
function canonical(text: string): string {
  const parse = JSON.parse as unknown as (text: string, reviver: (key: string, value: unknown, context: { source?: string }) => unknown) => unknown;
  const value = parse(text, (_key, item, { source }) => (typeof item === 'number' ? `number ${source}` : item)) as Record<string, unknown>;
  const { versionId: _v, lastUpdated: _l, ...meta } = (value['meta'] ?? {}) as Record<string, unknown>;
  const sorted = (item: unknown): unknown =>
    Array.isArray(item)
      ? item.map(sorted)
      : typeof item === 'object' && item !== null
        ? Object.fromEntries(
            Object.entries(item)
              .sort()
              .map(([key, each]) => [key, sorted(each)]),
          )
        : item;
  return JSON.stringify(sorted({ ...value, meta: Object.keys(meta).length === 0 ? undefined : meta }));
}

describe.skipIf(!file)('the instance examples of R4', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startFhir();
  }, 60_000);
  afterAll(() => server.close());

  test('PUT, then GET gives back the same JSON, digits of decimals included', async () => {
    const client = server.client(await server.token({ role: 'system', name: 'test' }));
    const examples = readTarGz(file!)
      .filter(({ path }) => path.endsWith('.json') && !path.includes('.index') && !path.endsWith('package.json'))
      .map(({ bytes }) => Buffer.from(bytes).toString('utf8'))
      .map((text) => ({ text, json: JSON.parse(text) as { resourceType?: string; id?: string } }))
      .filter(({ json }) => json.resourceType !== undefined && json.id !== undefined && !DEFINITIONAL.has(json.resourceType));
    expect(examples.length).toBe(719);
    const failed: string[] = [];
    const work = async (): Promise<void> => {
      for (let example = examples.pop(); example; example = examples.pop()) {
        const path = `${example.json.resourceType}/${example.json.id}`;
        const put = await client('PUT', path, example.text, { prefer: 'return=minimal' });
        const got = put.status < 300 ? await client('GET', path) : put;
        if (got.status !== 200) failed.push(`${path}: ${got.status} ${got.text.slice(0, 300)}`);
        else if (canonical(got.text) !== canonical(example.text)) failed.push(`${path}: differs`);
      }
    };
    await Promise.all(Array.from({ length: 6 }, work));
    expect(failed).toEqual([]);
  }, 120_000);
});
