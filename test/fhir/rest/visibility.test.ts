/** A patient's token sees its own compartment through every path, and nothing of anybody else's; every answer was logged before. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fromUtf8 } from '../../../src/base/bytes.ts';
import { problemOf, startFhir, type FhirClient, type TestServer, type Loose } from './support.ts';

let server: TestServer;
let system: FhirClient;
let alice: FhirClient;

const observation = (id: string, patient: string, more: object = {}) => ({
  resourceType: 'Observation',
  id,
  status: 'final',
  code: { coding: [{ system: 'http://loinc.org', code: '8302-2' }] },
  subject: { reference: `Patient/${patient}` },
  effectiveDateTime: '2020-01-01',
  performer: [{ reference: 'Practitioner/doc' }],
  note: [{ text: `canary-${patient}` }],
  ...more,
});

const RECORDS: readonly { readonly resourceType: string; readonly id: string }[] = [
  { resourceType: 'Practitioner', id: 'doc', name: [{ family: 'Weber' }] } as never,
  { resourceType: 'Organization', id: 'org', name: 'Shared' } as never,
  { resourceType: 'Basic', id: 'internal', code: { text: 'canary-internal' }, author: { reference: 'Practitioner/doc' } } as never,
  {
    resourceType: 'Patient',
    id: 'alice',
    name: [{ family: 'Almond' }],
    managingOrganization: { reference: 'Organization/org' },
    generalPractitioner: [{ reference: 'Practitioner/doc' }],
  } as never,
  {
    resourceType: 'Patient',
    id: 'bob',
    name: [{ family: 'canary-bob' }],
    managingOrganization: { reference: 'Organization/org' },
    generalPractitioner: [{ reference: 'Practitioner/doc' }],
    link: [{ other: { reference: 'Patient/alice' }, type: 'seealso' }],
  } as never,
  observation('a1', 'alice') as never,
  observation('a2', 'alice') as never,
  observation('b1', 'bob', { hasMember: [{ reference: 'Observation/a1' }] }) as never,
  observation('b2', 'bob', { valueString: 'canary-bob' }) as never,
];

beforeAll(async () => {
  server = await startFhir();
  system = server.client(await server.token({ role: 'system', name: 'import' }));
  alice = server.client(await server.token({ role: 'patient', name: 'Alice', patient: 'alice' }));
  const answer = await system('POST', '', {
    resourceType: 'Bundle',
    type: 'transaction',
    entry: RECORDS.map((resource) => ({ resource, request: { method: 'PUT', url: `${resource.resourceType}/${resource.id}` } })),
  });
  if (answer.status !== 200) throw new Error(problemOf(answer));
  // Versions and a deletion of the other patient's, for the histories.
  await system('PUT', 'Observation/b2', observation('b2', 'bob', { valueString: 'canary-bob again' }));
  await system('PUT', 'Observation/b3', observation('b3', 'bob'));
  await system('DELETE', 'Observation/b3');
}, 60_000);
afterAll(() => server.close());

const PATHS: readonly (readonly [path: string, own: string])[] = [
  ['Patient/alice', 'alice'],
  ['Patient', 'alice'],
  ['Patient?_sort=family', 'alice'],
  ['Observation', 'a1 a2'],
  ['Observation?code=8302-2', 'a1 a2'],
  ['Observation?_sort=-date', 'a1 a2'],
  ['Observation?patient=bob', ''],
  ['Observation?_id=a1,b1,b2', 'a1'],
  ['Observation?patient.family=canary', ''],
  ['Observation?patient.family=canary,almond', 'a1 a2'],
  ['Observation?performer:Practitioner.family=weber', 'a1 a2'],
  ['Observation?code:not=x', 'a1 a2'],
  ['Observation?status:missing=false', 'a1 a2'],
  ['Patient?_has:Observation:patient:code=8302-2', 'alice'],
  ['Patient?organization=Organization/org', 'alice'],
  // A record of the other patient refers to one's own: it is neither a way to find out about it, nor to get it.
  ['Observation?_has:Observation:has-member:status=final', ''],
  ['Observation?_id=a1&_revinclude=Observation:has-member', 'a1'],
  ['Patient?_id=alice&_revinclude=Patient:link', 'alice'],
  ['Patient?_revinclude=Observation:patient', 'a1 a2 alice'],
  ['Practitioner?_id=doc&_revinclude=Patient:general-practitioner&_revinclude=Observation:performer', 'a1 a2 alice doc'],
  ['Observation?_include=Observation:performer&_revinclude:iterate=Patient:general-practitioner', 'a1 a2 alice doc'],
  ['Organization?_has:Patient:organization:family=canary', ''],
  ['?_type=Patient,Observation,Basic', 'a1 a2 alice'],
  ['Basic', ''],
  ['_history', 'a1 a2 alice doc org'],
  ['Observation/_history', 'a1 a2'],
  ['Patient/alice/_history', 'alice'],
  ['Patient/alice/$everything', 'a1 a2 alice doc org'],
];

describe('a patient sees their own record and nothing else', () => {
  test.each(PATHS)('%s', async (path, own) => {
    const answer = await alice('GET', path);
    expect(problemOf(answer)).toBeUndefined();
    expect(answer.text).not.toContain('canary-bob');
    expect(answer.text).not.toContain('canary-internal');
    const found = answer.json.resourceType === 'Bundle' ? (answer.json.entry ?? []).map((entry: Loose) => entry.resource.id) : [answer.json.id];
    expect([...new Set(found)].sort().join(' ')).toBe(own);
    const counted = answer.json.total !== undefined && !path.includes('include') && !path.includes('history');
    expect(counted ? answer.json.total : found.length).toBe(found.length);
  });

  test.each([
    'Patient/bob',
    'Observation/b1',
    'Observation/b1/_history/1',
    'Observation/b3',
    'Observation/b2/_history',
    'Basic/internal',
    'Patient/bob/_history',
  ])('%s is not found', async (path) => {
    const answer = await alice('GET', path);
    expect([answer.status, answer.json.issue[0].code]).toEqual([404, 'not-found']);
    expect([200, 410]).toContain((await system('GET', path)).status);
  });

  test('counts count only what may be seen', async () => {
    expect((await alice('GET', 'Observation?_summary=count')).json.total).toBe(2);
    expect((await alice('GET', 'Observation?_count=1&_total=accurate')).json.total).toBe(2);
    expect((await alice('GET', 'Observation?note:missing=false&_summary=count', undefined, { prefer: 'handling=lenient' })).json.total).toBe(2);
    expect((await system('GET', 'Observation?_summary=count')).json.total).toBe(4);
  });

  test('$everything of another patient is refused or not found', async () => {
    const answer = await alice('GET', 'Patient/bob/$everything');
    expect([403, 404]).toContain(answer.status);
    expect(answer.text).not.toContain('canary');
  });

  test('a patient may not write here; nothing was stored', async () => {
    for (const [method, path, body] of [
      ['POST', 'Observation', observation('x', 'bob')],
      ['PUT', 'Observation/a1', observation('a1', 'alice')],
      ['DELETE', 'Observation/a1', undefined],
      [
        'POST',
        '',
        {
          resourceType: 'Bundle',
          type: 'transaction',
          entry: [{ resource: observation('a1', 'alice'), request: { method: 'PUT', url: 'Observation/a1' } }],
        },
      ],
    ] as const) {
      const answer = await alice(method, path, body);
      expect([answer.status, answer.json.issue[0].code]).toEqual([403, 'forbidden']);
      expect(answer.json.issue[0].diagnostics).toMatch(/rule/);
    }
    expect((await system('GET', 'Observation/a1')).json.meta.versionId).toBe('1');
  });

  test('scopes narrow what a token sees', async () => {
    const narrow = server.client(await server.token({ role: 'system', name: 'narrow', scopes: ['system/Patient.rs'] }));
    expect((await narrow('GET', 'Patient')).json.entry).toHaveLength(2);
    expect((await narrow('GET', 'Observation')).status).toBe(403);
    expect((await narrow('POST', 'Patient', { resourceType: 'Patient' })).status).toBe(403);
    const included = (await narrow('GET', 'Patient?_revinclude=Observation:patient')).json;
    expect(included.entry.every((entry: Loose) => entry.resource.resourceType === 'Patient')).toBe(true);
  });
});

describe('log before release', () => {
  const audits = async (patient: string): Promise<Loose[]> => {
    const { events } = await server.records.reader.events(['audit'], `patient\u0000${patient}`, { limit: 200 });
    return events.map((event) => JSON.parse(fromUtf8(event.content)));
  };

  test('each answer about a patient has its entry, with who, what and how much', async () => {
    const before = (await audits('bob')).length;
    await system('GET', 'Observation?patient=bob');
    await system('GET', 'Observation/b1');
    await system('GET', 'Patient/bob/$everything');
    const fresh = (await audits('bob')).slice(0, -before);
    expect(fresh.map((audit) => [audit.action, audit.who.name, audit.outcome])).toEqual([
      ['export', 'import', 'released'],
      ['read', 'import', 'released'],
      ['search', 'import', 'released'],
    ]);
    expect(fresh[2].what.counts).toEqual({ Observation: 2 });
  });

  test('a number, or that nothing was found, is logged with the patients that the search names', async () => {
    for (const path of ['Observation?patient=bob&_summary=count', 'Observation?subject=Patient/bob&code=nothing', 'Patient?_id=bob&family=nobody']) {
      const before = (await audits('bob')).length;
      expect([path, problemOf(await system('GET', path))]).toEqual([path, undefined]);
      const after = await audits('bob');
      expect([path, after.length - before]).toEqual([path, 1]);
      expect(after[0]).toMatchObject({ action: 'search', what: { words: 'Looked up no records' } });
    }
  });

  test('what a conditional create of a transaction finds is logged as read', async () => {
    const before = (await audits('bob')).length;
    const entry = { resource: observation('x', 'alice'), request: { method: 'POST', url: 'Observation', ifNoneExist: '_id=b1' } };
    const answer = await system('POST', '', { resourceType: 'Bundle', type: 'transaction', entry: [entry] }, { prefer: 'return=representation' });
    expect(answer.text).toContain('canary-bob');
    expect((await audits('bob')).length).toBe(before + 1);
  });

  test('writes are logged with the record, in the same unit', async () => {
    const before = (await audits('alice')).length;
    const size = server.records.store.size();
    await system('POST', 'Observation', observation('x', 'alice'));
    expect(server.records.store.size() - size).toBe(2);
    expect((await audits('alice'))[0]).toMatchObject({ action: 'create', what: { counts: { Observation: 1 } } });
    expect((await audits('alice')).length).toBe(before + 1);
  });

  test('a refusal is logged, too', async () => {
    const size = server.records.store.size();
    expect((await alice('DELETE', 'Observation/a1')).status).toBe(403);
    expect(server.records.store.size()).toBe(size + 1);
  });

  test('when the log cannot be written nothing is released', async () => {
    const append = server.records.writer.append;
    (server.records.writer as { append: typeof append }).append = async () => ({ ok: false, error: { code: 'store.unavailable', message: 'down' } });
    try {
      for (const path of ['Observation/b1', 'Observation?patient=bob', 'Patient/bob/$everything', 'Observation/b2/_history']) {
        const answer = await system('GET', path);
        expect([path, answer.status, answer.json.issue[0].details.coding[0].code]).toEqual([path, 503, 'access.audit-failed']);
        expect(answer.text).not.toContain('canary');
      }
    } finally {
      (server.records.writer as { append: typeof append }).append = append;
    }
  });
});

describe('conditions of changes', () => {
  const probe = (method: string, url: string, more: object = {}) => ({
    resourceType: 'Bundle',
    type: 'transaction',
    entry: [{ ...(method === 'DELETE' ? {} : { resource: observation('probe', 'alice') }), request: { method, url, ...more } }],
  });

  test('who may write but not search finds nothing out', async () => {
    const blind = server.client(await server.token({ role: 'system', name: 'blind', scopes: ['system/*.cud'] }));
    const bobs = 'patient.family=canary-bob&_id=b1';
    for (const [method, path, body, headers] of [
      ['POST', 'Observation', observation('probe', 'alice'), { 'if-none-exist': bobs }],
      ['PUT', `Observation?${bobs}`, observation('b1', 'bob'), {}],
      ['DELETE', `Observation?${bobs}`, undefined, {}],
      ['POST', '', probe('POST', 'Observation', { ifNoneExist: bobs }), { prefer: 'return=representation' }],
      ['POST', '', probe('PUT', `Observation?${bobs}`), {}],
      ['POST', '', probe('DELETE', `Observation?${bobs}`), {}],
      [
        'POST',
        '',
        {
          ...probe('POST', 'Observation'),
          entry: [
            {
              resource: observation('x', 'x', { subject: { reference: 'Patient?family=canary-bob' } }),
              request: { method: 'POST', url: 'Observation' },
            },
          ],
        },
        {},
      ],
    ] as const) {
      const answer = await blind(method, path, body, headers);
      expect([method, path, answer.status, answer.json.issue[0].details.coding[0].code]).toEqual([method, path, 403, 'access.scope']);
      expect(answer.text).not.toContain('canary-bob again');
    }
    expect((await system('GET', 'Observation/b1')).json.meta.versionId).toBe('1');
    expect((await blind('POST', 'Observation', observation('probe', 'alice'))).status).toBe(201);
  });

  test('a record that is hidden from the caller neither stops nor answers a conditional create', async () => {
    const locked = { meta: { security: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'PSYTHPN' }] } };
    await system('PUT', 'Observation/notes', observation('notes', 'bob', { ...locked, identifier: [{ value: 'hidden' }] }));
    const clinician = server.client(await server.token({ role: 'clinician', name: 'Dr Who' }));
    expect((await clinician('GET', 'Observation/notes')).status).toBe(404);
    const created = await clinician('POST', 'Observation', observation('x', 'bob', { identifier: [{ value: 'hidden' }] }), {
      'if-none-exist': 'identifier=hidden',
    });
    expect(created.status).toBe(201);
  });

  test('each entry of a transaction stands on the decision about its own kind of change', async () => {
    await system('PUT', 'Condition/gone', { resourceType: 'Condition', id: 'gone', subject: { reference: 'Patient/bob' }, code: { text: 'x' } });
    const narrow = server.client(await server.token({ role: 'system', name: 'narrow', scopes: ['system/Observation.c', 'system/Condition.d'] }));
    const entry = [
      { request: { method: 'DELETE', url: 'Condition/gone' } },
      { resource: observation('x', 'bob'), request: { method: 'POST', url: 'Observation' } },
    ];
    expect(problemOf(await narrow('POST', '', { resourceType: 'Bundle', type: 'transaction', entry }))).toBeUndefined();
    expect((await system('GET', 'Condition/gone')).status).toBe(410);
  });
});
