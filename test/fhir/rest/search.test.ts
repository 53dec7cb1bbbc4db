import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { problemOf, startFhir, type FhirClient, type TestServer, type Loose } from './support.ts';

let server: TestServer;
let client: FhirClient;

const LOINC = 'http://loinc.org';
const quantity = (value: number, code: string) => ({ value, unit: code, system: 'http://unitsofmeasure.org', code });
const observation = (id: string, patient: string, code: string, date: string, more: object = {}) => ({
  resourceType: 'Observation',
  id,
  status: 'final',
  code: { coding: [{ system: LOINC, code }] },
  subject: { reference: `Patient/${patient}` },
  effectiveDateTime: date,
  ...more,
});

const RECORDS: readonly { readonly resourceType: string; readonly id: string }[] = [
  { resourceType: 'Organization', id: 'org1', name: 'General Hospital', partOf: { reference: 'Organization/org0' } } as never,
  { resourceType: 'Organization', id: 'org0', name: 'Holding' } as never,
  { resourceType: 'Practitioner', id: 'dr1', name: [{ family: 'Weber' }], identifier: [{ system: 'http://example.org/npi', value: '1' }] } as never,
  {
    resourceType: 'Patient',
    id: 'p1',
    active: true,
    identifier: [{ system: 'http://example.org/mrn', value: 'MRN-1' }, { value: 'bare' }],
    name: [{ family: 'Müller', given: ['Anna', 'Maria'] }],
    gender: 'female',
    birthDate: '1980-02-03',
    address: [{ city: 'Springfield' }],
    managingOrganization: { reference: 'Organization/org1' },
    generalPractitioner: [{ reference: 'Practitioner/dr1' }],
    meta: { tag: [{ system: 'http://example.org/tag', code: 'vip' }] },
  } as never,
  {
    resourceType: 'Patient',
    id: 'p2',
    active: false,
    identifier: [{ system: 'http://example.org/mrn', value: 'MRN,2' }],
    name: [{ family: 'Mullins', given: ['Bob'] }],
    gender: 'male',
    birthDate: '1990-07',
  } as never,
  {
    resourceType: 'Patient',
    id: 'p3',
    name: [{ family: 'Zander' }],
    gender: 'male',
    birthDate: '2001-12-31',
    managingOrganization: { reference: 'Organization/org0' },
  } as never,
  observation('o1', 'p1', '8302-2', '2020-01-15', { valueQuantity: quantity(170, 'cm') }) as never,
  observation('o2', 'p1', '8302-2', '2021-06-01T10:30:00Z', { valueQuantity: quantity(1.72, 'm') }) as never,
  observation('o3', 'p2', '8302-2', '2021-06-01', { valueQuantity: quantity(185, 'cm'), status: 'preliminary' }) as never,
  observation('o4', 'p2', '29463-7', '2019-03', { valueQuantity: quantity(80.5, 'kg'), performer: [{ reference: 'Practitioner/dr1' }] }) as never,
  observation('o5', 'p1', '85354-9', '2022-02-02', {
    component: [{ code: { coding: [{ system: LOINC, code: '8480-6' }] }, valueQuantity: quantity(120, 'mm[Hg]') }],
    hasMember: [{ reference: 'Observation/o1' }],
  }) as never,
  {
    resourceType: 'Encounter',
    id: 'e1',
    status: 'finished',
    class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'AMB' },
    subject: { reference: 'Patient/p1' },
    period: { start: '2020-01-15T08:00:00Z', end: '2020-01-15T09:00:00Z' },
  } as never,
  {
    resourceType: 'Condition',
    id: 'c1',
    subject: { reference: 'Patient/p1' },
    encounter: { reference: 'Encounter/e1' },
    code: { text: 'Sprained ankle' },
    onsetDateTime: '2020-01-14',
  } as never,
  {
    resourceType: 'RiskAssessment',
    id: 'r1',
    status: 'final',
    subject: { reference: 'Patient/p2' },
    prediction: [{ probabilityDecimal: 0.25 }],
  } as never,
  {
    resourceType: 'RiskAssessment',
    id: 'r2',
    status: 'final',
    subject: { reference: 'Patient/p2' },
    prediction: [{ probabilityDecimal: 0.8 }],
  } as never,
  { resourceType: 'ValueSet', id: 'v1', status: 'active', url: 'http://example.org/fhir/ValueSet/a/b' } as never,
  { resourceType: 'ValueSet', id: 'v2', status: 'active', url: 'http://example.org/fhir/ValueSet/a' } as never,
];

beforeAll(async () => {
  server = await startFhir();
  client = server.client(await server.token({ role: 'system', name: 'test' }));
  const answer = await client('POST', '', {
    resourceType: 'Bundle',
    type: 'transaction',
    entry: RECORDS.map((resource) => ({ resource, request: { method: 'PUT', url: `${resource.resourceType}/${resource.id}` } })),
  });
  if (answer.status !== 200) throw new Error(problemOf(answer));
}, 60_000);
afterAll(() => server.close());

const ids = (bundle: Loose, mode = 'match'): string[] =>
  (bundle.entry ?? []).filter((entry: Loose) => entry.search.mode === mode).map((entry: Loose) => entry.resource.id as string);

const TABLE: readonly (readonly [query: string, expected: string])[] = [
  // string
  ['Patient?family=mull', 'p1 p2'],
  ['Patient?family=MÜLLER', 'p1'],
  ['Patient?family=muller', 'p1'],
  ['Patient?family:exact=Müller', 'p1'],
  ['Patient?family:exact=muller', ''],
  ['Patient?family:contains=ande', 'p3'],
  ['Patient?given=maria', 'p1'],
  ['Patient?name=bob,zan', 'p2 p3'],
  ['Patient?name=bob&family=zan', ''],
  ['Patient?address-city=spring', 'p1'],
  // token
  ['Patient?gender=female', 'p1'],
  ['Patient?gender:not=female', 'p2 p3'],
  ['Patient?active=true', 'p1'],
  ['Patient?identifier=http://example.org/mrn|MRN-1', 'p1'],
  ['Patient?identifier=MRN-1', 'p1'],
  ['Patient?identifier=http://example.org/mrn|', 'p1 p2'],
  ['Patient?identifier=|bare', 'p1'],
  ['Patient?identifier=|MRN-1', ''],
  ['Patient?identifier=http://example.org/mrn|MRN\\,2', 'p2'],
  ['Patient?identifier=http://example.org/mrn|MRN-1,http://example.org/mrn|MRN\\,2', 'p1 p2'],
  ['Observation?code=http://loinc.org|8302-2', 'o1 o2 o3'],
  ['Observation?code=8302-2&status=preliminary', 'o3'],
  ['Observation?combo-code=http://loinc.org|8480-6', 'o5'],
  ['Patient?_tag=http://example.org/tag|vip', 'p1'],
  // date
  ['Patient?birthdate=1980-02-03', 'p1'],
  ['Patient?birthdate=1990-07', 'p2'],
  ['Patient?birthdate=1990', 'p2'],
  ['Patient?birthdate=ge1990', 'p2 p3'],
  ['Patient?birthdate=lt1990-07', 'p1'],
  ['Patient?birthdate=ne1990-07', 'p1 p3'],
  ['Observation?date=2021-06-01', 'o2 o3'],
  ['Observation?date=ge2021-06-01T10:00:00Z&date=lt2021-06-01T11:00:00Z', 'o2 o3'],
  ['Observation?date=sa2021', 'o5'],
  ['Observation?date=eb2020', 'o4'],
  ['Encounter?date=2020-01-15', 'e1'],
  ['Encounter?date=gt2020-01-16', ''],
  // number
  ['RiskAssessment?probability=0.25', 'r1'],
  ['RiskAssessment?probability=gt0.5', 'r2'],
  ['RiskAssessment?probability=le0.8', 'r1 r2'],
  ['RiskAssessment?probability=ap0.26', 'r1'],
  // quantity, with UCUM conversion
  ['Observation?value-quantity=170|http://unitsofmeasure.org|cm', 'o1'],
  ['Observation?value-quantity=gt1.71|http://unitsofmeasure.org|m', 'o2 o3'],
  ['Observation?value-quantity=ge185|http://unitsofmeasure.org|cm', 'o3'],
  ['Observation?value-quantity=80.5', 'o4'],
  ['Observation?value-quantity=lt100||kg', 'o4'],
  // reference
  ['Observation?patient=p1', 'o1 o2 o5'],
  ['Observation?patient=Patient/p2', 'o3 o4'],
  ['Observation?subject=Patient/p2', 'o3 o4'],
  ['Observation?subject:Patient=p2', 'o3 o4'],
  ['Observation?performer:Practitioner=dr1', 'o4'],
  ['Observation?performer=Practitioner/none', ''],
  // uri
  ['ValueSet?url=http://example.org/fhir/ValueSet/a', 'v2'],
  ['ValueSet?url:below=http://example.org/fhir/ValueSet/a', 'v1 v2'],
  ['ValueSet?url:above=http://example.org/fhir/ValueSet/a/b', 'v1 v2'],
  // missing
  ['Patient?address-city:missing=false', 'p1'],
  ['Patient?address-city:missing=true', 'p2 p3'],
  // _id, _lastUpdated
  ['Patient?_id=p1,p3,none', 'p1 p3'],
  ['Patient?_lastUpdated=ge2020-01-01', 'p1 p2 p3'],
  ['Patient?_lastUpdated=lt2020-01-01', ''],
  // chains
  ['Observation?patient.family=mullins', 'o3 o4'],
  ['Observation?subject:Patient.gender=female&code=8302-2', 'o1 o2'],
  ['Observation?patient.organization.name=general', 'o1 o2 o5'],
  ['Observation?patient.organization.partof.name=holding', 'o1 o2 o5'],
  ['Observation?patient.general-practitioner:Practitioner.identifier=http://example.org/npi|1', 'o1 o2 o5'],
  ['Observation?patient._id=p2', 'o3 o4'],
  // _has
  ['Patient?_has:Observation:patient:code=http://loinc.org|8302-2', 'p1 p2'],
  ['Patient?_has:Observation:patient:code=29463-7', 'p2'],
  ['Patient?_has:Observation:patient:value-quantity=gt180||cm', 'p2'],
  ['Practitioner?_has:Patient:general-practitioner:_has:Observation:patient:code=85354-9', 'dr1'],
  ['Patient?_has:Observation:patient:performer:Practitioner.family=weber', 'p2'],
];

describe('search', () => {
  test.each(TABLE)('%s', async (query, expected) => {
    const answer = await client('GET', query.replaceAll('|', '%7C'));
    expect(problemOf(answer)).toBeUndefined();
    expect(ids(answer.json).sort().join(' ')).toBe(expected);
    const counted = await client('GET', `${query.replaceAll('|', '%7C')}&_summary=count`);
    expect(counted.json.total).toBe(expected === '' ? 0 : expected.split(' ').length);
    expect(counted.json.entry).toBeUndefined();
  });

  test('POST _search is the same, and takes parameters in both places', async () => {
    const answer = await client('POST', 'Patient/_search?gender=male', 'family=mull', { 'content-type': 'application/x-www-form-urlencoded' });
    expect(ids(answer.json)).toEqual(['p2']);
  });

  test('several types at once by _type', async () => {
    expect(ids((await client('GET', '?_type=Patient,Organization&_id=p1,org1')).json).sort()).toEqual(['org1', 'p1']);
    expect((await client('GET', '?_id=p1')).status).toBe(400);
  });

  test.each([
    ['_sort=date', 'o4 o1 o3 o2 o5'],
    ['_sort=-date', 'o5 o2 o3 o1 o4'],
    ['_sort=code,-date', 'o4 o2 o3 o1 o5'],
    ['_sort=-_id', 'o5 o4 o3 o2 o1'],
    ['_sort=value-quantity&code=8302-2', 'o1 o2 o3'],
  ])('Observation?%s', async (query, expected) => {
    const whole = ids((await client('GET', `Observation?${query}`)).json);
    // Both o2 and o3 are of 2021-06-01: o3 is the whole day, so it starts before o2 and ends after it.
    const settle = (list: readonly string[]) => list.join(' ').replace('o3 o2', 'o2 o3');
    expect(settle(whole)).toBe(settle(expected.split(' ')));
    const paged: string[] = [];
    let url: string | undefined = `Observation?${query}&_count=2`;
    while (url !== undefined) {
      const page: Loose = (await client('GET', url)).json;
      paged.push(...ids(page));
      url = page.link.find((link: Loose) => link.relation === 'next')?.url;
    }
    expect(paged).toEqual(whole);
  });

  test('_include and _revinclude, each record once', async () => {
    const bundle = (await client('GET', 'Encounter?_id=e1&_include=Encounter:patient&_revinclude=Condition:encounter')).json;
    expect(ids(bundle)).toEqual(['e1']);
    expect(ids(bundle, 'include').sort()).toEqual(['c1', 'p1']);
    const iterated = (
      await client(
        'GET',
        'Observation?_id=o1,o2&_include=Observation:patient&_include:iterate=Patient:organization&_include:iterate=Organization:partof',
      )
    ).json;
    expect(ids(iterated, 'include').sort()).toEqual(['org0', 'org1', 'p1']);
    const plain = (await client('GET', 'Observation?_id=o1&_include=Observation:patient&_include=Patient:organization')).json;
    expect(ids(plain, 'include')).toEqual(['p1']);
    expect(ids((await client('GET', 'Patient?_id=p1&_include=*')).json, 'include').sort()).toEqual(['dr1', 'org1']);
    expect(ids((await client('GET', 'Patient?_id=p1&_revinclude=Observation:patient&_count=1')).json, 'include').sort()).toEqual(['o1', 'o2', 'o5']);
    expect(ids((await client('GET', 'Observation?_id=o4&_include=Observation:performer:Practitioner')).json, 'include')).toEqual(['dr1']);
    expect(ids((await client('GET', 'Observation?_id=o4&_include=Observation:performer:Organization')).json, 'include')).toEqual([]);
  });

  test('_elements and _summary leave out what was not asked for and say so', async () => {
    const [entry] = (await client('GET', 'Observation?_id=o1&_elements=value')).json.entry;
    expect(Object.keys(entry.resource).sort()).toEqual(['code', 'id', 'meta', 'resourceType', 'status', 'valueQuantity']);
    expect(entry.resource.meta.tag).toEqual([{ system: 'http://terminology.hl7.org/CodeSystem/v3-ObservationValue', code: 'SUBSETTED' }]);
    expect(Object.keys((await client('GET', 'Patient?_id=p1&_summary=text')).json.entry[0].resource).sort()).toEqual(['id', 'meta', 'resourceType']);
  });

  test('pages hold while records are written and deleted between them', async () => {
    for (let i = 0; i < 12; i++) await client('PUT', `Basic/b${i}`, { resourceType: 'Basic', id: `b${i}`, code: { text: 'x' } });
    for (const order of ['', '&_sort=_lastUpdated', '&_sort=_id', '&_sort=-created']) {
      const seen: string[] = [];
      let url: string | undefined = `Basic?_count=4${order}`;
      let round = 0;
      while (url !== undefined) {
        const page: Loose = (await client('GET', url)).json;
        seen.push(...ids(page));
        url = page.link.find((link: Loose) => link.relation === 'next')?.url;
        // A record already given goes, one comes: neither may repeat or drop the others.
        if (round++ === 0) {
          await client('DELETE', `Basic/${seen[0]}`);
          await client('POST', 'Basic', { resourceType: 'Basic', code: { text: 'late' } });
          await client('PUT', `Basic/${seen[0]}`, { resourceType: 'Basic', id: seen[0], code: { text: 'x' } });
        }
      }
      const first = seen.filter((id) => /^b\d+$/.test(id));
      const expected = Array.from({ length: 12 }, (_, i) => `b${i}`);
      expect([order, new Set(first)]).toEqual([order, new Set(expected)]);
      for (const id of expected.filter((each) => each !== seen[0])) expect([order, first.filter((each) => each === id)]).toEqual([order, [id]]);
    }
  });

  test.each([
    // A text longer than the index knows, and a range of many words beside a code: candidates fall away after decryption.
    ['Person?name=abcdefghijklmnopqrstuvwxyz-1', 20],
    ['Person?gender=female&birthdate=ge1980-03-02', 15],
    ['Person?gender=female&birthdate=ge1980-03-02&_sort=-_lastUpdated', 15],
  ])('pages of %s end and go on inside a batch of candidates', async (query, expected) => {
    const people = Array.from({ length: 60 }, (_, i) => ({
      resourceType: 'Person',
      id: `person${i}`,
      gender: 'female',
      name: [{ family: `abcdefghijklmnopqrstuvwxyz-${i % 3}` }],
      birthDate: i % 4 === 0 ? '2000-05-05' : '1970-01-01',
    }));
    await client('POST', '', {
      resourceType: 'Bundle',
      type: 'transaction',
      entry: people.map((resource) => ({ resource, request: { method: 'PUT', url: `Person/${resource.id}` } })),
    });
    const whole = ids((await client('GET', `${query}&_count=1000`)).json);
    expect(whole).toHaveLength(expected);
    const paged: string[] = [];
    let next: string | undefined = `${query}&_count=4`;
    while (next !== undefined) {
      const page: Loose = (await client('GET', next)).json;
      expect(ids(page).length).toBeLessThanOrEqual(4);
      paged.push(...ids(page));
      next = page.link.find((link: Loose) => link.relation === 'next')?.url;
    }
    expect(paged).toEqual(whole);
  });

  test('_total is exact when asked for', async () => {
    expect((await client('GET', 'Observation?_count=2&_total=accurate')).json.total).toBe(5);
    expect((await client('GET', 'Observation?_count=2&family=x', undefined, { prefer: 'handling=lenient' })).json.total).toBeUndefined();
    expect((await client('GET', 'Patient?family=mull&_count=1&_total=accurate')).json.total).toBe(2);
    expect((await client('GET', 'Observation')).json.total).toBe(5);
  });

  test('the self link says what was understood; lenient handling names what was not', async () => {
    const answer = await client('GET', 'Patient?family=mull&shoe-size=44&_count=1', undefined, { prefer: 'handling=lenient' });
    const self = answer.json.link.find((link: Loose) => link.relation === 'self').url;
    expect(self).toBe(`${server.base}/Patient?family=mull&_count=1`);
    expect(answer.json.entry.at(-1).search.mode).toBe('outcome');
    expect(answer.json.entry.at(-1).resource.issue[0].details.text).toContain('shoe-size');
    const next = answer.json.link.find((link: Loose) => link.relation === 'next').url;
    expect(next).not.toContain('shoe-size');
    expect(ids((await client('GET', next)).json)).toHaveLength(1);
  });

  const REFUSED: readonly (readonly [query: string, code: string])[] = [
    ['Patient?shoe-size=44', 'search.unknown-parameter'],
    ['Patient?family:frob=x', 'search.unsupported-modifier'],
    ['Patient?birthdate=yesterday', 'index.malformed-value'],
    ['Patient?birthdate=2020-13-01', 'index.malformed-value'],
    ['RiskAssessment?probability=high', 'index.malformed-value'],
    ['Patient?family=', 'search.malformed-value'],
    ['Patient?_id=not/an/id', 'search.malformed-value'],
    ['Patient?_count=many', 'search.malformed-value'],
    ['Patient?_lastUpdated=soon', 'search.malformed-value'],
    ['Patient?_sort=shoe-size', 'search.unknown-parameter'],
    ['Patient?_include=Patient:family', 'search.unknown-parameter'],
    ['Patient?_include=nonsense', 'search.malformed-value'],
    ['Patient?_has:Observation:code:status=final', 'search.malformed-value'],
    ['Patient?_has:Frob:patient:code=x', 'search.malformed-value'],
    ['Observation?patient.shoe-size=44', 'search.unknown-parameter'],
    ['Observation?code.family=x', 'search.malformed-value'],
    ['Observation?code-value-quantity=8302-2$170', 'search.unknown-parameter'],
    ['Observation?patient.organization.partof.partof.partof.partof.name=x', 'search.too-costly'],
    ['Patient?family=%ff', 'search.malformed-query'],
    ['Patient?_cursor=forged', 'records.bad-cursor'],
    ['Patient?_sort=family&_cursor=forged', 'search.cursor'],
  ];
  test.each(REFUSED)('%s is refused', async (query, code) => {
    const answer = await client('GET', query);
    expect([answer.status, answer.json.resourceType, answer.json.issue[0].details.coding[0].code]).toEqual([400, 'OperationOutcome', code]);
  });

  test('a cursor is bound to its search', async () => {
    const page = (await client('GET', 'Observation?_count=2')).json;
    const cursor = new URL(page.link.find((link: Loose) => link.relation === 'next').url).searchParams.get('_cursor')!;
    expect((await client('GET', `Patient?_cursor=${cursor}`)).json.issue[0].details.coding[0].code).toBe('records.bad-cursor');
  });
});
