import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startFhir, type FhirClient, type TestServer, type Loose } from './support.ts';

let server: TestServer;
let client: FhirClient;
beforeAll(async () => {
  server = await startFhir();
  client = server.client(await server.token({ role: 'system', name: 'test' }));
}, 60_000);
afterAll(() => server.close());

const patient = (more: object = {}) => ({ resourceType: 'Patient', name: [{ family: 'Moreno' }], ...more });
const create = async (body: object) =>
  (await client('POST', 'Patient', body)).json as { id: string; meta: { versionId: string; lastUpdated: string } };

describe('create and read', () => {
  test('a created record has id, version, time, Location, ETag and Last-Modified, and reads back', async () => {
    const created = await client('POST', 'Patient', patient({ id: 'ignored', meta: { versionId: '7', tag: [{ code: 'kept' }] } }));
    expect(created.status).toBe(201);
    expect(created.json.id).not.toBe('ignored');
    expect(created.json.meta).toEqual({ tag: [{ code: 'kept' }], versionId: '1', lastUpdated: expect.stringMatching(/^\d{4}-.*Z$/) });
    expect(created.headers.get('location')).toBe(`${server.base}/Patient/${created.json.id}/_history/1`);
    expect(created.headers.get('etag')).toBe('W/"1"');
    expect(Date.parse(created.headers.get('last-modified')!)).toBe(Math.floor(Date.parse(created.json.meta.lastUpdated) / 1000) * 1000);
    const read = await client('GET', `Patient/${created.json.id}`);
    expect(read.status).toBe(200);
    expect(read.text).toBe(created.text);
    expect(read.headers.get('content-type')).toBe('application/fhir+json; charset=utf-8');
  });

  test('digits, escapes and order of members stay as they were sent', async () => {
    const text =
      '{"resourceType":"Observation","id":"digits","status":"final","code":{"text":"\\u00e9 \\"x\\""},"component":[{"code":{"text":"a"},"valueQuantity":{"value":1.30}},{"code":{"text":"b"},"valueQuantity":{"value":1e2}},{"code":{"text":"c"},"valueQuantity":{"value":0.1000}},{"code":{"text":"d"},"valueQuantity":{"value":12345678901234567.25}}],"valueQuantity":{"value":-0.0}}';
    expect((await client('PUT', 'Observation/digits', text)).status).toBe(201);
    const read = await client('GET', 'Observation/digits');
    for (const digits of ['"value":1.30}', '"value":1e2}', '"value":0.1000}', '"value":12345678901234567.25}', '"value":-0.0}'])
      expect(read.text).toContain(digits);
    expect(read.text.indexOf('"status"')).toBeLessThan(read.text.indexOf('"code"'));
    // A second version made from what was read keeps them, too.
    expect((await client('PUT', 'Observation/digits', read.text)).status).toBe(200);
    expect((await client('GET', 'Observation/digits')).text).toContain('"value":1.30}');
  });

  test('Prefer decides what comes back', async () => {
    const minimal = await client('POST', 'Patient', patient(), { prefer: 'return=minimal' });
    expect([minimal.status, minimal.text]).toEqual([201, '']);
    expect(minimal.headers.get('location')).toContain('/Patient/');
    const outcome = await client('POST', 'Patient', patient(), { prefer: 'return=OperationOutcome' });
    expect(outcome.json.resourceType).toBe('OperationOutcome');
  });

  test('If-None-Match answers 304 for the version the reader has', async () => {
    const { id } = await create(patient());
    const same = await client('GET', `Patient/${id}`, undefined, { 'if-none-match': 'W/"1"' });
    expect([same.status, same.text, same.headers.get('etag')]).toEqual([304, '', 'W/"1"']);
    expect((await client('GET', `Patient/${id}`, undefined, { 'if-none-match': 'W/"2"' })).status).toBe(200);
  });

  test('HEAD answers like GET without a body', async () => {
    const { id } = await create(patient());
    const head = await client('HEAD', `Patient/${id}`);
    expect([head.status, head.text, head.headers.get('etag')]).toEqual([200, '', 'W/"1"']);
    expect(Number(head.headers.get('content-length'))).toBeGreaterThan(10);
  });
});

describe('update', () => {
  test('PUT makes a new version, or the first one under the id of the client', async () => {
    const first = await client('PUT', 'Patient/chosen-id', patient({ id: 'chosen-id' }));
    expect([first.status, first.json.meta.versionId]).toEqual([201, '1']);
    const second = await client('PUT', 'Patient/chosen-id', patient({ id: 'chosen-id', gender: 'female' }));
    expect([second.status, second.json.meta.versionId, second.json.gender]).toEqual([200, '2', 'female']);
    expect((await client('GET', 'Patient/chosen-id/_history/1')).json.gender).toBeUndefined();
    expect((await client('GET', 'Patient/chosen-id/_history/2')).json.gender).toBe('female');
    expect((await client('GET', 'Patient/chosen-id/_history/3')).status).toBe(404);
  });

  test('If-Match guards against a lost update', async () => {
    const { id } = await create(patient());
    const body = patient({ id });
    expect((await client('PUT', `Patient/${id}`, body, { 'if-match': 'W/"1"' })).status).toBe(200);
    const late = await client('PUT', `Patient/${id}`, body, { 'if-match': 'W/"1"' });
    expect([late.status, late.json.issue[0].code, late.json.issue[0].details.coding[0].code]).toEqual([412, 'conflict', 'rest.version-mismatch']);
    expect((await client('PUT', `Patient/${id}`, body, { 'if-match': 'nonsense' })).status).toBe(400);
    expect((await client('PUT', 'Patient/never-was', patient({ id: 'never-was' }), { 'if-match': 'W/"1"' })).status).toBe(412);
  });

  test('of concurrent updates with the same If-Match one wins; without it all do', async () => {
    const { id } = await create(patient());
    const guarded = await Promise.all(Array.from({ length: 8 }, () => client('PUT', `Patient/${id}`, patient({ id }), { 'if-match': 'W/"1"' })));
    expect(guarded.map(({ status }) => status).sort()).toEqual([200, ...Array.from({ length: 7 }, () => 412)]);
    const free = await Promise.all(Array.from({ length: 4 }, () => client('PUT', `Patient/${id}`, patient({ id }))));
    expect(free.map(({ json }) => json.meta.versionId).sort()).toEqual(['3', '4', '5', '6']);
  });
});

describe('delete and history', () => {
  test('deleting is idempotent; afterwards 410, and the history stays', async () => {
    const { id } = await create(patient());
    expect((await client('DELETE', `Patient/${id}`)).status).toBe(204);
    expect((await client('DELETE', `Patient/${id}`)).status).toBe(204);
    expect((await client('DELETE', 'Patient/never-was')).status).toBe(204);
    const gone = await client('GET', `Patient/${id}`);
    expect([gone.status, gone.json.issue[0].code]).toEqual([410, 'deleted']);
    expect((await client('GET', `Patient/${id}/_history/1`)).status).toBe(200);
    expect((await client('GET', `Patient/${id}/_history/2`)).status).toBe(410);
    const history = (await client('GET', `Patient/${id}/_history`)).json;
    expect(history.total).toBe(2);
    expect(history.entry.map((entry: Loose) => [entry.request.method, entry.response.status, entry.resource?.id])).toEqual([
      ['DELETE', '204 No Content', undefined],
      ['POST', '201 Created', id],
    ]);
    const back = await client('PUT', `Patient/${id}`, patient({ id }));
    expect([back.status, back.json.meta.versionId]).toEqual([201, '3']);
  });

  test('history pages backwards in time and keeps _since', async () => {
    const { id } = await create(patient());
    for (let i = 0; i < 4; i++) await client('PUT', `Patient/${id}`, patient({ id }));
    const versions: string[] = [];
    let url: string | undefined = `Patient/${id}/_history?_count=2`;
    while (url !== undefined) {
      const page: Loose = (await client('GET', url)).json;
      versions.push(...page.entry.map((entry: Loose) => entry.resource.meta.versionId));
      url = page.link.find((link: Loose) => link.relation === 'next')?.url;
    }
    expect(versions).toEqual(['5', '4', '3', '2', '1']);
    const future = await client('GET', `Patient/${id}/_history?_since=2100-01-01T00:00:00Z`);
    expect([future.status, future.json.entry]).toEqual([200, undefined]);
    expect((await client('GET', 'Patient/_history?_count=3')).json.entry).toHaveLength(3);
    expect((await client('GET', '_history?_count=3')).json.entry).toHaveLength(3);
    expect((await client('GET', 'Patient/never-was/_history')).status).toBe(404);
  });
});

describe('conditional interactions', () => {
  const identifier = (value: string) => ({ identifier: [{ system: 'http://example.org/mrn', value }] });
  const condition = (value: string) => `identifier=http://example.org/mrn|${value}`;

  test('of 20 concurrent conditional creates one creates, all others find it', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => client('POST', 'Patient', patient(identifier('race')), { 'if-none-exist': condition('race') })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([...Array.from({ length: 19 }, () => 200), 201]);
    expect(new Set(answers.map(({ json }) => json.id)).size).toBe(1);
    expect((await client('GET', `Patient?${condition('race')}&_summary=count`)).json.total).toBe(1);
  });

  test('more than one match is refused', async () => {
    await create(patient(identifier('twice')));
    await create(patient(identifier('twice')));
    const answer = await client('POST', 'Patient', patient(), { 'if-none-exist': condition('twice') });
    expect([answer.status, answer.json.issue[0].code]).toEqual([412, 'multiple-matches']);
    expect((await client('PUT', `Patient?${condition('twice')}`, patient())).status).toBe(412);
    expect((await client('DELETE', `Patient?${condition('twice')}`)).status).toBe(412);
    expect((await client('POST', 'Patient', patient(), { 'if-none-exist': '' })).status).toBe(400);
  });

  test('conditional update creates, then updates; conditional delete deletes the one', async () => {
    const first = await client('PUT', `Patient?${condition('cu')}`, patient(identifier('cu')));
    expect(first.status).toBe(201);
    const second = await client('PUT', `Patient?${condition('cu')}`, patient({ ...identifier('cu'), active: true }));
    expect([second.status, second.json.id, second.json.meta.versionId]).toEqual([200, first.json.id, '2']);
    expect((await client('DELETE', `Patient?${condition('cu')}`)).status).toBe(204);
    expect((await client('GET', `Patient/${first.json.id}`)).status).toBe(410);
    expect((await client('DELETE', `Patient?${condition('cu')}`)).status).toBe(204);
  });
});

describe('operations', () => {
  test('$validate reports and stores nothing', async () => {
    const before = (await client('GET', 'Patient?_summary=count')).json.total;
    expect((await client('POST', 'Patient/$validate', patient())).json.issue[0].severity).toBe('information');
    const wrong = await client('POST', 'Patient/$validate', { resourceType: 'Patient', gender: 'unheard-of', frob: 1 });
    expect(wrong.status).toBe(200);
    expect(wrong.json.issue.filter(({ severity }: Loose) => severity === 'error').length).toBeGreaterThanOrEqual(2);
    const wrapped = await client('POST', 'Patient/$validate', { resourceType: 'Parameters', parameter: [{ name: 'resource', resource: patient() }] });
    expect(wrapped.json.issue[0].severity).toBe('information');
    expect((await client('GET', 'Patient?_summary=count')).json.total).toBe(before);
  });

  test('$everything gives the compartment and what it refers to, in pages', async () => {
    const entry = (url: string, resource: object, fullUrl?: string) => ({
      ...(fullUrl ? { fullUrl } : {}),
      resource,
      request: { method: 'PUT', url },
    });
    const subject = { reference: 'Patient/whole' };
    const bundle = {
      resourceType: 'Bundle',
      type: 'transaction',
      entry: [
        entry('Patient/whole', patient({ id: 'whole', managingOrganization: { reference: 'Organization/ward' } })),
        entry('Organization/ward', { resourceType: 'Organization', id: 'ward', name: 'Ward' }),
        entry('Organization/other', { resourceType: 'Organization', id: 'other', name: 'Other' }),
        ...[1, 2, 3].map((i) =>
          entry(`Observation/whole-${i}`, { resourceType: 'Observation', id: `whole-${i}`, status: 'final', code: { text: 'x' }, subject }),
        ),
        entry('Patient/elsewhere', patient({ id: 'elsewhere' })),
      ],
    };
    expect((await client('POST', '', bundle)).status).toBe(200);
    const all = (await client('GET', 'Patient/whole/$everything')).json;
    expect(all.entry.map((each: Loose) => `${each.resource.resourceType}/${each.resource.id}`).sort()).toEqual([
      'Observation/whole-1',
      'Observation/whole-2',
      'Observation/whole-3',
      'Organization/ward',
      'Patient/whole',
    ]);
    const seen: string[] = [];
    let url: string | undefined = 'Patient/whole/$everything?_count=2';
    while (url !== undefined) {
      const page: Loose = (await client('GET', url)).json;
      seen.push(...page.entry.filter((each: Loose) => each.search.mode === 'match').map((each: Loose) => each.resource.id));
      url = page.link.find((link: Loose) => link.relation === 'next')?.url;
    }
    expect(seen.sort()).toEqual(['whole', 'whole-1', 'whole-2', 'whole-3']);
    expect((await client('GET', 'Patient/never-was/$everything')).status).toBe(404);
    expect((await client('GET', 'Patient/whole/$everything?_type=Observation')).json.entry).toHaveLength(3);
  });

  test('the CapabilityStatement needs no token and names what the server does', async () => {
    const statement = (await server.client('')('GET', 'metadata')).json;
    expect([statement.resourceType, statement.fhirVersion]).toEqual(['CapabilityStatement', '4.0.1']);
    const [rest] = statement.rest;
    expect(rest.resource).toHaveLength(146);
    const observation = rest.resource.find(({ type }: Loose) => type === 'Observation');
    const params = observation.searchParam.map(({ name }: Loose) => name);
    expect(params).toEqual(expect.arrayContaining(['_id', '_lastUpdated', 'code', 'date', 'patient', 'value-quantity', 'combo-code']));
    expect(params).not.toContain('code-value-quantity');
    // Each search parameter it names is understood, for a few types with many of them.
    for (const type of ['Observation', 'Patient', 'MedicationRequest', 'ValueSet']) {
      for (const { name } of rest.resource.find((each: Loose) => each.type === type).searchParam) {
        if (name === '_id' || name === '_lastUpdated') continue;
        const answer = await client('GET', `${type}?${name}:missing=true&_count=1`);
        expect([name, answer.status]).toEqual([name, 200]);
      }
    }
  });
});
