import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startFhir, type FhirClient, type TestServer, type Loose } from './support.ts';

let server: TestServer;
let client: FhirClient;
beforeAll(async () => {
  server = await startFhir();
  client = server.client(await server.token({ role: 'system', name: 'test' }));
}, 60_000);
afterAll(() => server.close());

const transaction = (...entry: object[]) => ({ resourceType: 'Bundle', type: 'transaction', entry });
const post = (resource: { resourceType: string }, more: { fullUrl?: string; ifNoneExist?: string } = {}) => ({
  ...(more.fullUrl === undefined ? {} : { fullUrl: more.fullUrl }),
  resource,
  request: { method: 'POST', url: resource.resourceType, ...(more.ifNoneExist === undefined ? {} : { ifNoneExist: more.ifNoneExist }) },
});
const put = (resource: { resourceType: string; id: string }, url = `${resource.resourceType}/${resource.id}`) => ({
  resource,
  request: { method: 'PUT', url },
});
const observation = (more: object = {}) => ({ resourceType: 'Observation', status: 'final', code: { text: 'x' }, ...more });
const total = async (query: string): Promise<number> => (await client('GET', `${query}${query.includes('?') ? '&' : '?'}_summary=count`)).json.total;
const URN = 'urn:uuid:61ebe359-bfdc-4613-8bf2-c5e300945f0a';

describe('transactions', () => {
  test('urn references become the ids that were given, in references and in the narrative', async () => {
    const answer = await client(
      'POST',
      '',
      transaction(
        post(
          observation({
            subject: { reference: URN },
            text: { status: 'generated', div: `<div xmlns="http://www.w3.org/1999/xhtml"><a href="${URN}">p</a></div>` },
            identifier: [{ system: 'urn:ietf:rfc:3986', value: URN }],
          }) as never,
        ),
        post({ resourceType: 'Patient', name: [{ family: 'Linked' }] } as never, { fullUrl: URN }),
      ),
    );
    expect(answer.status).toBe(200);
    const [first, second] = answer.json.entry;
    expect(first.response.status).toBe('201 Created');
    expect(first.resource).toBeUndefined();
    const patient = second.response.location.replace(`${server.base}/`, '').replace(/\/_history.*/, '');
    const stored = (await client('GET', first.response.location)).json;
    expect(stored.subject.reference).toBe(patient);
    expect(stored.text.div).toContain(`href="${patient}"`);
    expect(stored.identifier[0].value).toBe(URN);
    expect(await total(`Observation?patient=${patient}`)).toBe(1);
  });

  test('the order of work is DELETE, POST, PUT, GET; answers come in the order of the entries', async () => {
    await client('PUT', 'Patient/doomed', { resourceType: 'Patient', id: 'doomed' });
    const answer = await client(
      'POST',
      '',
      transaction(
        { request: { method: 'GET', url: 'Patient/fresh' } },
        put({ resourceType: 'Patient', id: 'fresh' }),
        { request: { method: 'DELETE', url: 'Patient/doomed' } },
        { request: { method: 'GET', url: 'Patient?_id=doomed,fresh' } },
      ),
    );
    expect(answer.json.entry.map((entry: Loose) => entry.response.status)).toEqual(['200 OK', '201 Created', '204 No Content', '200 OK']);
    expect(answer.json.entry[0].resource.id).toBe('fresh');
    expect(answer.json.entry[3].resource.entry.map((entry: Loose) => entry.resource.id)).toEqual(['fresh']);
  });

  test('conditional references and conditional creates are resolved', async () => {
    const identifier = [{ system: 'http://example.org/npi', value: '42' }];
    await client('PUT', 'Practitioner/doc', { resourceType: 'Practitioner', id: 'doc', identifier });
    const answer = await client(
      'POST',
      '',
      transaction(
        post(
          observation({
            performer: [
              { reference: 'Practitioner?identifier=http://example.org/npi|42' },
              { reference: 'urn:uuid:00000000-0000-4000-8000-000000000001' },
            ],
          }) as never,
        ),
        post({ resourceType: 'Practitioner', identifier } as never, {
          fullUrl: 'urn:uuid:00000000-0000-4000-8000-000000000001',
          ifNoneExist: 'identifier=http://example.org/npi|42',
        }),
      ),
    );
    expect(answer.json.entry.map((entry: Loose) => entry.response.status)).toEqual(['201 Created', '200 OK']);
    const stored = (await client('GET', answer.json.entry[0].response.location)).json;
    expect(stored.performer.map(({ reference }: Loose) => reference)).toEqual(['Practitioner/doc', 'Practitioner/doc']);
  });

  test('Prefer: return=representation brings the resources back', async () => {
    const answer = await client('POST', '', transaction(post({ resourceType: 'Patient' } as never)), { prefer: 'return=representation' });
    expect(answer.json.entry[0].resource.meta.versionId).toBe('1');
  });

  const good = () => post({ resourceType: 'Patient', identifier: [{ system: 'http://example.org/refused', value: 'x' }] } as never);
  const refusals: readonly (readonly [name: string, entry: object, status: number, code: string, expression: RegExp])[] = [
    [
      'an invalid resource',
      post({ resourceType: 'Patient', gender: 'wrong' } as never),
      400,
      'rest.invalid-resource',
      /^Bundle\.entry\[1\]\.resource\.gender/,
    ],
    ['an unknown element', post({ resourceType: 'Patient', nome: 'x' } as never), 400, 'rest.invalid-resource', /^Bundle\.entry\[1\]\.resource/],
    [
      'a urn without entry',
      post(observation({ subject: { reference: 'urn:uuid:ffffffff-0000-4000-8000-000000000000' } }) as never),
      400,
      'rest.reference-unresolved',
      /^Bundle\.entry\[1\]/,
    ],
    [
      'a conditional reference without match',
      post(observation({ subject: { reference: 'Patient?identifier=http://example.org/none|1' } }) as never),
      400,
      'rest.reference-unresolved',
      /^Bundle\.entry\[1\]/,
    ],
    [
      'a reference to a type that is not allowed',
      post(observation({ subject: { reference: 'Claim/1' } }) as never),
      400,
      'rest.invalid-resource',
      /^Bundle\.entry\[1\]\.resource\.subject/,
    ],
    [
      'an unknown type',
      { resource: { resourceType: 'Frob' }, request: { method: 'POST', url: 'Frob' } },
      404,
      'rest.unknown-type',
      /^Bundle\.entry\[1\]/,
    ],
    [
      'a type that is not that of the address',
      { resource: { resourceType: 'Patient' }, request: { method: 'POST', url: 'Observation' } },
      400,
      'rest.type-mismatch',
      /^Bundle\.entry\[1\]/,
    ],
    [
      'an id that is not that of the address',
      put({ resourceType: 'Patient', id: 'a' }, 'Patient/b'),
      400,
      'rest.id-mismatch',
      /^Bundle\.entry\[1\]\.resource\.id/,
    ],
    ['a missing request', { resource: { resourceType: 'Patient' } }, 400, 'rest.bundle', /^Bundle\.entry\[1\]/],
    ['a missing resource', { request: { method: 'POST', url: 'Patient' } }, 400, 'rest.bundle', /^Bundle\.entry\[1\]/],
    [
      'an If-Match that does not hold',
      { resource: { resourceType: 'Patient', id: 'im' }, request: { method: 'PUT', url: 'Patient/im', ifMatch: 'W/"3"' } },
      412,
      'rest.version-mismatch',
      /^Bundle\.entry\[1\]/,
    ],
    [
      'PATCH',
      { resource: { resourceType: 'Parameters' }, request: { method: 'PATCH', url: 'Patient/x' } },
      405,
      'rest.method',
      /^Bundle\.entry\[1\]/,
    ],
  ];
  test.each(refusals)('%s refuses the whole bundle, names the entry, and nothing is stored', async (_name, entry, status, code, expression) => {
    const before = await total('Patient?identifier=http://example.org/refused|x');
    const size = server.records.store.size();
    const answer = await client('POST', '', transaction(good(), entry, good()));
    expect([answer.status, answer.json.issue[0].details.coding[0].code]).toEqual([status, code]);
    expect(answer.json.issue[0].expression[0]).toMatch(expression);
    expect(await total('Patient?identifier=http://example.org/refused|x')).toBe(before);
    // What was written since are the two counts' audit entries (and at most one refusal's).
    expect(server.records.store.size() - size).toBeLessThanOrEqual(2);
  });

  test('the same record twice is refused', async () => {
    const answer = await client('POST', '', transaction(put({ resourceType: 'Patient', id: 'twin' }), put({ resourceType: 'Patient', id: 'twin' })));
    expect([answer.status, answer.json.issue[0].details.coding[0].code]).toEqual([400, 'rest.duplicate-entry']);
    expect((await client('GET', 'Patient/twin')).status).toBe(404);
  });

  test('two transactions that change the same records both succeed, one after the other', async () => {
    const both = () =>
      client('POST', '', transaction(put({ resourceType: 'Patient', id: 'contended-1' }), put({ resourceType: 'Patient', id: 'contended-2' })));
    const answers = await Promise.all(Array.from({ length: 4 }, both));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect((await client('GET', 'Patient/contended-1')).json.meta.versionId).toBe('4');
    expect((await client('GET', 'Patient/contended-2')).json.meta.versionId).toBe('4');
  });
});

describe('batches', () => {
  test('each entry stands alone', async () => {
    const answer = await client('POST', '', {
      resourceType: 'Bundle',
      type: 'batch',
      entry: [
        post({ resourceType: 'Patient', name: [{ family: 'Batch' }] } as never),
        post({ resourceType: 'Patient', gender: 'wrong' } as never),
        { request: { method: 'GET', url: 'Patient/never-was' } },
        { request: { method: 'GET', url: 'Patient?family=Batch' } },
        { request: { method: 'DELETE', url: 'Patient/never-was' } },
      ],
    });
    expect(answer.status).toBe(200);
    expect(answer.json.type).toBe('batch-response');
    expect(answer.json.entry.map((entry: Loose) => entry.response.status.slice(0, 3))).toEqual(['201', '400', '404', '200', '204']);
    expect(answer.json.entry[1].response.outcome.issue[0].severity).toBe('error');
  });
});
