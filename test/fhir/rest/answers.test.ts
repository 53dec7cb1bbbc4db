/** What the server itself says is valid FHIR R4, too. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { validateResource } from '../../../src/fhir/validation/validate.ts';
import { startFhir, type FhirClient, type TestServer } from './support.ts';

let server: TestServer;
let client: FhirClient;
beforeAll(async () => {
  server = await startFhir();
  client = server.client(await server.token({ role: 'system', name: 'test' }));
  await client('PUT', 'Patient/p', { resourceType: 'Patient', id: 'p', name: [{ family: 'A "quoted" <name>' }] });
  await client('PUT', 'Patient/p', { resourceType: 'Patient', id: 'p', active: true });
  await client('PUT', 'Observation/o', {
    resourceType: 'Observation',
    id: 'o',
    status: 'final',
    code: { text: 'x' },
    subject: { reference: 'Patient/p' },
  });
  await client('DELETE', 'Observation/o');
  await client('PUT', 'Observation/o2', {
    resourceType: 'Observation',
    id: 'o2',
    status: 'final',
    code: { text: 'x' },
    subject: { reference: 'Patient/p' },
  });
}, 60_000);
afterAll(() => server.close());

const entry = (method: string, url: string, resource?: object, more: object = {}) => ({
  ...(resource ? { resource } : {}),
  request: { method, url },
  ...more,
});

describe('answers are valid FHIR', () => {
  test.each([
    ['GET', 'metadata', undefined],
    ['GET', 'Patient', undefined],
    ['GET', 'Observation?_include=Observation:patient&_count=1&_total=accurate', undefined],
    ['GET', 'Patient?_summary=count', undefined],
    ['GET', 'Patient?family=none', undefined],
    ['GET', 'Patient?family=a&_elements=name', undefined],
    ['GET', 'Patient/p/_history', undefined],
    ['GET', '_history?_count=2', undefined],
    ['GET', 'Patient/p/$everything', undefined],
    ['GET', 'Patient/nobody', undefined],
    ['GET', 'Patient?shoe-size=1', undefined],
    ['POST', 'Patient', { resourceType: 'Patient', gender: 'wrong', birthDate: 'x' }],
    ['POST', 'Patient/$validate', { resourceType: 'Patient', gender: 'wrong' }],
    [
      'POST',
      '',
      {
        resourceType: 'Bundle',
        type: 'batch',
        entry: [
          entry('GET', 'Patient/p'),
          entry('GET', 'Patient/nobody'),
          entry('POST', 'Patient', { resourceType: 'Patient' }),
          entry('GET', 'Patient?_count=1'),
        ],
      },
    ],
    [
      'POST',
      '',
      {
        resourceType: 'Bundle',
        type: 'transaction',
        entry: [
          entry('POST', 'Patient', { resourceType: 'Patient' }, { fullUrl: 'urn:uuid:61ebe359-bfdc-4613-8bf2-c5e300945f0a' }),
          entry('DELETE', 'Observation/o'),
          entry('GET', 'Patient/p'),
        ],
      },
    ],
    ['POST', '', { resourceType: 'Bundle', type: 'transaction', entry: [entry('POST', 'Patient', { resourceType: 'Patient', gender: 'wrong' })] }],
  ] as const)('%s %s', async (method, path, body) => {
    const answer = await client(method, path, body);
    expect(answer.json.resourceType).toBeDefined();
    expect(validateResource(answer.json)).toEqual([]);
  });

  test('lenient searches too', async () => {
    const answer = await client('GET', 'Patient?shoe-size=1&_id=p', undefined, { prefer: 'handling=lenient' });
    expect(answer.json.entry).toHaveLength(2);
    expect(validateResource(answer.json)).toEqual([]);
  });
});
