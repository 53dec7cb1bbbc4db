import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { verifyEntryReceipt } from '../../src/ledger/verify/entry.ts';
import { keyOf } from '../support/ledger.ts';
import { stopServersAfterwards } from '../support/postgres.ts';
import { ana, condition, inDays, observation, sensitive, startNetwork, type TestNetwork, type TestNode } from '../sharing/network.ts';
import { eventually } from '../support/eventually.ts';
import { portalOf, type PortalNode } from './portal-node.ts';

stopServersAfterwards();
let network: TestNetwork;
let alpha: TestNode;
let beta: TestNode;
let at: PortalNode;
let there: PortalNode;
let patient: string;
let other: string;
let clinician: string;
let officer: string;
let operator: string;
let visiting: string;

const share = (change: object = {}) => ({
  organisationId: 'beta',
  purpose: 'treatment',
  categories: ['everything'],
  includeSensitive: false,
  until: inDays(30),
  ...change,
});

beforeAll(async () => {
  network = await startNetwork('alpha', 'beta', 'gamma');
  alpha = network.nodes['alpha']!;
  beta = network.nodes['beta']!;
  await alpha.put({ ...ana, identifier: [{ type: { text: 'Medical record number' }, value: 'MRN-17' }] });
  await alpha.put({ ...ana, id: 'p2', name: [{ family: 'Other', given: ['Olga'] }] });
  await alpha.put({
    resourceType: 'Encounter',
    id: 'v1',
    subject: { reference: 'Patient/p1' },
    class: { code: 'AMB' },
    type: [{ text: 'Check-up' }],
    period: { start: '2026-01-02T09:00:00Z' },
    participant: [{ individual: { display: 'Dr House' } }],
  });
  for (const value of [5, 6, 7]) {
    await alpha.put(
      observation(`o${value}`, value, {
        encounter: { reference: 'Encounter/v1' },
        performer: [{ display: 'Dr House' }],
        referenceRange: [{ low: { value: 4 }, high: { value: 5.6 } }],
      }),
    );
  }
  await alpha.put(observation('secret', 4, sensitive));
  await alpha.put(condition('c1', { clinicalStatus: { coding: [{ code: 'active' }] }, onsetDateTime: '2019-05-01' }));
  await alpha.put({
    resourceType: 'AllergyIntolerance',
    id: 'a1',
    patient: { reference: 'Patient/p1' },
    code: { text: 'Penicillin' },
    criticality: 'high',
    recordedDate: '2015-02-01',
  });
  await alpha.records.anchoring!.anchorNow();
  at = await portalOf(alpha);
  there = await portalOf(beta);
  patient = await at.token({ role: 'patient', name: 'Ana Díaz', patient: 'p1' });
  other = await at.token({ role: 'patient', name: 'Olga Other', patient: 'p2' });
  clinician = await at.token({ role: 'clinician', name: 'Dr House' });
  officer = await at.token({ role: 'privacy-officer', name: 'Pia' });
  operator = await at.token({ role: 'operator', name: 'Otto' });
  visiting = await there.token({ role: 'clinician', name: 'Dr Lee' });
});
afterAll(async () => {
  await at.app.close();
  await there.app.close();
  await network[Symbol.asyncDispose]();
});

describe('who may ask', () => {
  test.each([
    ['no token', undefined, 401, 'access.token-missing'],
    ['not a token', 'abc', 401, 'access.token-invalid'],
  ])('%s', async (_title, token, status, code) => {
    const answer = await at.call(token, 'GET', '/portal/api/patients/p1');
    expect(answer).toMatchObject({
      status,
      type: expect.stringContaining('application/problem+json'),
      body: { code, status, hint: expect.any(String), detail: expect.any(String) },
    });
  });

  test('a token of another organisation', async () => {
    expect(await at.call(visiting, 'GET', '/portal/api/me')).toMatchObject({ status: 401 });
  });

  test('roles see what is theirs', async () => {
    const paths = ['', '/timeline', '/accesses', '/shares', '/requests', '/export'].map((path) => `/portal/api/patients/p1${path}`);
    const statuses = async (token: string) => Promise.all(paths.map(async (path) => (await at.call(token, 'GET', path)).status));
    expect(await statuses(patient)).toEqual([200, 200, 200, 200, 200, 200]);
    expect(await statuses(other)).toEqual([403, 403, 403, 403, 403, 403]);
    expect(await statuses(clinician)).toEqual([200, 200, 403, 403, 403, 200]);
    expect(await statuses(officer)).toEqual([403, 403, 200, 200, 200, 403]);
    expect(await statuses(operator)).toEqual([403, 403, 403, 403, 403, 403]);
  });

  test('me', async () => {
    expect((await at.call(clinician, 'GET', '/portal/api/me')).body).toEqual({
      role: 'clinician',
      name: 'Dr House',
      organisation: { id: 'alpha', name: 'Alpha Hospital', kind: 'hospital' },
    });
    expect((await at.call(patient, 'GET', '/portal/api/me')).body).toMatchObject({
      role: 'patient',
      patientId: 'p1',
      counts: { shares: 0, requests: 0, accessesThisMonth: expect.any(Number) },
    });
  });
});

describe('the record', () => {
  test('the banner', async () => {
    const { body } = await at.call(clinician, 'GET', '/portal/api/patients/p1');
    expect(body).toMatchObject({
      id: 'p1',
      name: 'Ana Díaz',
      birthDate: '1980-02-29',
      gender: 'female',
      custodian: { name: 'Alpha Hospital' },
      consent: 'A patient of Alpha Hospital.',
      identifiers: [{ label: 'Medical record number', value: 'MRN-17' }],
      allergies: [{ text: 'Penicillin', severity: 'high', proof: { anchored: true } }],
      conditions: [{ text: 'Hypertension', since: '2019-05-01' }],
    });
  });

  test('the timeline: newest first, in plain words, with trend and author', async () => {
    const { body } = await at.call(patient, 'GET', '/portal/api/patients/p1/timeline');
    expect(body.total).toBe(7);
    expect(body.items[0]).toMatchObject({
      ref: 'Observation/o7/_history/1',
      kind: 'result',
      title: 'Hemoglobin A1c',
      detail: '7 %, above the reference range of 4–5.6 %',
      value: { text: '7 %', number: 7, unit: '%', low: 4, high: 5.6 },
      author: { name: 'Dr House', organisation: { name: 'Alpha Hospital' } },
      visit: 'Encounter/v1/_history/1',
      code: { code: '4548-4' },
      trend: [{ number: 4 }, { number: 5 }, { number: 6 }],
    });
    expect(new Set(body.items.map((item: { kind: string }) => item.kind))).toEqual(new Set(['visit', 'result', 'diagnosis', 'allergy']));
  });

  test.each<[string, number]>([
    ['?kind=result', 4],
    ['?kind=diagnosis', 1],
    ['?q=hemoglobin', 4],
    ['?q=check-up', 1],
    ['?from=2026-01-07&kind=result', 2],
    ['?to=2026-01-06&kind=result', 2],
    ['?kind=nothing', 0],
  ])('filters: %s', async (query, total) => {
    expect((await at.call(patient, 'GET', `/portal/api/patients/p1/timeline${query}`)).body.total).toBe(total);
  });

  test('pages', async () => {
    const first = (await at.call(patient, 'GET', '/portal/api/patients/p1/timeline?limit=4')).body;
    const second = (await at.call(patient, 'GET', `/portal/api/patients/p1/timeline?limit=4&after=${first.next}`)).body;
    expect([first.items.length, second.items.length, second.next]).toEqual([4, 3, null]);
    expect(new Set([...first.items, ...second.items].map(({ ref }) => ref)).size).toBe(7);
    expect(await at.call(patient, 'GET', '/portal/api/patients/p1/timeline?limit=x')).toMatchObject({
      status: 400,
      body: { code: 'gateway.bad-request' },
    });
  });

  test('what was written since is there at once', async () => {
    await alpha.put({ ...observation('fresh', 3), effectiveDateTime: '2026-02-01' });
    expect((await at.call(patient, 'GET', '/portal/api/patients/p1/timeline')).body.items[0]).toMatchObject({
      ref: 'Observation/fresh/_history/1',
      proof: { anchored: false },
    });
  });

  test('a receipt verifies against its content, in the same code that a browser runs', async () => {
    const { body } = await at.call(patient, 'GET', '/portal/api/patients/p1/timeline?q=check-up');
    const { proof } = body.items[0];
    const receipt = await at.call(patient, 'GET', proof.receiptUrl);
    const content = await at.call(patient, 'GET', proof.contentUrl);
    expect(receipt.type).toBe('application/cbor');
    const trust = { chainId: network.ledger.chainId, nodeKey: keyOf('node') };
    expect(verifyEntryReceipt(receipt.bytes, { content: content.bytes, trust }).verdict).toBe('held');
    expect(verifyEntryReceipt(receipt.bytes, { content: Buffer.concat([content.bytes, Buffer.from(' ')]), trust }).verdict).toBe('failed');
    expect(await at.call(other, 'GET', proof.contentUrl)).toMatchObject({ status: 403 });
    expect(await at.call(other, 'GET', proof.contentUrl.replace('/p1/', '/p2/'))).toMatchObject({ status: 404 });
  });

  test('an entry that is not anchored yet has no receipt', async () => {
    const { body } = await at.call(patient, 'GET', '/portal/api/patients/p1/timeline');
    expect(await at.call(patient, 'GET', body.items[0].proof.receiptUrl)).toMatchObject({ status: 404, body: { code: 'records.not-anchored' } });
  });

  test('the export is a bundle of everything, each record byte for byte', async () => {
    const { body, bytes, type } = await at.call(patient, 'GET', '/portal/api/patients/p1/export');
    expect(type).toContain('application/fhir+json');
    expect(body).toMatchObject({ resourceType: 'Bundle', type: 'collection' });
    const ids = body.entry.map((entry: { resource: { id: string } }) => entry.resource.id);
    expect(ids).toEqual(expect.arrayContaining(['p1', 'o5', 'secret', 'c1']));
    for (const record of await alpha.all('own', 'p1')) expect(bytes.includes(record.content)).toBe(true);
  });

  test('an unknown patient', async () => {
    expect(await at.call(clinician, 'GET', '/portal/api/patients/nobody')).toMatchObject({ status: 404, body: { code: 'gateway.not-found' } });
    expect(await at.call(clinician, 'GET', '/portal/api/patients/..%2f..')).toMatchObject({ status: 404 });
  });
});

describe('who looked', () => {
  test('each row says who, for whom, what, why and under which law', async () => {
    await at.call(clinician, 'GET', '/portal/api/patients/p1');
    const { body } = await at.call(patient, 'GET', '/portal/api/patients/p1/accesses');
    expect(body.accesses[0]).toMatchObject({
      who: { kind: 'person', name: 'Dr House', role: 'Clinician' },
      organisation: { name: 'Alpha Hospital' },
      what: 'Opened the record',
      purpose: 'Treatment',
      basis: 'They treat patients of this organisation, and the law allows it for treatment (HIPAA)',
      outcome: 'released',
      proof: { anchored: false },
    });
    expect(
      body.accesses.some(({ outcome, who }: { outcome: string; who: { name: string } }) => outcome === 'refused' && who.name === 'Olga Other'),
    ).toBe(true);
  });

  test('entries have proofs too', async () => {
    await alpha.records.anchoring!.anchorNow();
    const { body } = await at.call(patient, 'GET', '/portal/api/patients/p1/accesses');
    const { proof } = body.accesses[1];
    const receipt = await at.call(patient, 'GET', proof.receiptUrl);
    const content = await at.call(patient, 'GET', proof.contentUrl);
    const trust = { chainId: network.ledger.chainId, nodeKey: keyOf('node') };
    expect(verifyEntryReceipt(receipt.bytes, { content: content.bytes, trust }).verdict).toBe('held');
    expect(await at.call(other, 'GET', proof.contentUrl.replace('/p1/', '/p2/'))).toMatchObject({ status: 404 });
  });

  test('pages and dates', async () => {
    const seen = new Set<number>();
    let after: string | null = '';
    while (after !== null) {
      const { body }: { body: { accesses: { sequence: number }[]; next: string | null } } = await at.call(
        officer,
        'GET',
        `/portal/api/patients/p1/accesses${after === '' ? '' : `?after=${encodeURIComponent(after)}`}`,
      );
      for (const { sequence } of body.accesses) seen.add(sequence);
      after = body.next;
    }
    expect(seen.size).toBeGreaterThan(10);
    expect((await at.call(patient, 'GET', '/portal/api/patients/p1/accesses?to=2020-01-01')).body.accesses).toEqual([]);
    expect(await at.call(patient, 'GET', '/portal/api/patients/p1/accesses?from=yesterday')).toMatchObject({ status: 400 });
  });
});

describe('asking, sharing, reading, stopping: the whole way', () => {
  let grantId: string;
  let requestId: string;
  const asking = { organisationId: 'alpha', family: 'Diaz', given: 'ana', birthDate: '1980-02-29', reason: 'She came with a cough.' };

  test('a clinician asks; the answer is the same for a patient who is not known', async () => {
    const refused = await there.call(visiting, 'GET', '/portal/api/patients/alpha~p1');
    expect(refused).toMatchObject({ status: 403, body: { code: 'access.no-basis', hint: expect.stringContaining('request access') } });
    const known = await there.call(visiting, 'POST', '/portal/api/access-requests', asking);
    const unknown = await there.call(visiting, 'POST', '/portal/api/access-requests', { ...asking, family: 'Nobody' });
    expect(known).toMatchObject({ status: 202, body: { outcome: 'asked' } });
    expect(unknown.body).toEqual(known.body);
    expect(unknown.status).toBe(known.status);
    expect(await there.call(visiting, 'POST', '/portal/api/access-requests', { ...asking, birthDate: 'yesterday' })).toMatchObject({ status: 400 });
  });

  test('the patient sees the request, whatever the spelling; nobody else does', async () => {
    const { body } = await at.call(patient, 'GET', '/portal/api/patients/p1/requests');
    expect(body.requests).toMatchObject([
      { organisation: { name: 'Beta Clinic' }, clinician: 'Dr Lee', reason: 'She came with a cough.', state: 'open' },
    ]);
    requestId = body.requests[0].requestId;
    expect((await at.call(other, 'GET', '/portal/api/patients/p2/requests')).body.requests).toEqual([]);
  });

  test('the preview says what they would see', async () => {
    const { body } = await at.call(patient, 'POST', '/portal/api/patients/p1/shares/preview', share({ categories: ['results'] }));
    expect(body.sentence).toMatch(/^Beta Clinic would see 4 entries of your results until .+; 4 entries are held back\.$/u);
    expect(body.counts).toEqual([{ kind: 'result', count: 4 }]);
    expect(body.examples).toHaveLength(4);
  });

  test('the patient shares; the clinician finds and reads the record', async () => {
    const opened = await at.call(patient, 'POST', '/portal/api/patients/p1/shares', share({ requestId }));
    expect(opened).toMatchObject({
      status: 201,
      body: {
        state: 'active',
        sentence: expect.stringMatching(/^Beta Clinic can read your whole record for treatment until /u),
        opened: { height: expect.any(Number) },
      },
    });
    grantId = opened.body.grantId;
    expect((await at.call(patient, 'GET', '/portal/api/patients/p1/requests')).body.requests[0].state).toBe('shared');
    const listed = await eventually(async () => {
      const { body } = await there.call(visiting, 'GET', '/portal/api/patients?q=diaz');
      return body.patients.length > 0 && body.patients[0];
    });
    expect(listed).toMatchObject({ id: 'alpha~p1', name: 'Ana Díaz', shared: true, custodian: { name: 'Alpha Hospital' } });
    const banner = await there.call(visiting, 'GET', '/portal/api/patients/alpha~p1');
    expect(banner.body).toMatchObject({
      id: 'alpha~p1',
      custodian: { name: 'Alpha Hospital' },
      consent: expect.stringContaining('Shared with you until'),
      copy: { grantId, active: true },
    });
    const timeline = await there.call(visiting, 'GET', '/portal/api/patients/alpha~p1/timeline?kind=result');
    expect(timeline.body.items.map(({ ref }: { ref: string }) => ref)).not.toContain('Observation/secret/_history/1');
    expect(timeline.body.items[0].author.organisation.name).toBe('Alpha Hospital');
    expect((await there.call(visiting, 'GET', timeline.body.items[0].proof.contentUrl)).status).toBe(200);
    expect((await there.call(visiting, 'POST', '/portal/api/access-requests', asking)).body).toMatchObject({
      outcome: 'already-shared',
      patientId: 'alpha~p1',
    });
  });

  test('an update reaches the chart within two seconds', async () => {
    await alpha.put({ ...observation('later', 8), effectiveDateTime: '2026-03-01' });
    await eventually(
      async () =>
        (await there.call(visiting, 'GET', '/portal/api/patients/alpha~p1/timeline?limit=1')).body.items[0].ref === 'Observation/later/_history/1',
      2000,
    );
  });

  test('the patient reads of it in their own log, reported by the other organisation', async () => {
    const row = await eventually(async () => {
      const { body } = await at.call(patient, 'GET', '/portal/api/patients/p1/accesses');
      return body.accesses.find(({ what }: { what: string }) => what === 'Opened their copy of the record');
    });
    expect(row).toMatchObject({
      who: { name: 'Dr Lee', role: 'Clinician' },
      organisation: { name: 'Beta Clinic' },
      basis: expect.stringMatching(/^The patient shared the record/u),
    });
  });

  test('only this organisation’s clinicians are shown the shared patient, and only by name', async () => {
    const system = await there.token({ role: 'system', name: 'Import' });
    expect((await there.call(system, 'GET', '/portal/api/patients')).body.patients).toEqual([]);
    expect((await there.call(visiting, 'GET', '/portal/api/patients?q=olga')).body.patients).toEqual([]);
  });

  test('a share of one patient opens nothing of an own patient who has the same id', async () => {
    await beta.put({ ...ana, name: [{ family: 'Namesake', given: ['Nora'] }] });
    const namesake = await there.token({ role: 'patient', name: 'Nora Namesake', patient: 'p1' });
    expect(await there.call(namesake, 'GET', '/portal/api/patients/p1/timeline')).toMatchObject({ status: 200 });
    for (const path of ['accesses', 'shares', 'requests']) {
      expect(await there.call(visiting, 'GET', `/portal/api/patients/alpha~p1/${path}`)).toMatchObject({
        status: 403,
        body: { code: 'access.role' },
      });
    }
    const { sequence } = (await there.call(namesake, 'GET', '/portal/api/patients/p1/accesses')).body.accesses[0];
    expect(await there.call(visiting, 'GET', `/portal/api/patients/alpha~p1/events/${sequence}/content`)).toMatchObject({ status: 403 });
    expect(await there.call(visiting, 'DELETE', `/portal/api/patients/alpha~p1/shares/${'0'.repeat(64)}`)).toMatchObject({ status: 403 });
  });

  test('narrowed, then stopped: nothing more is shown', async () => {
    const narrowed = await at.call(patient, 'PUT', `/portal/api/patients/p1/shares/${grantId}`, share({ categories: ['diagnoses'] }));
    expect(narrowed).toMatchObject({ status: 200, body: { state: 'active', categories: ['diagnoses'] } });
    await eventually(async () => (await there.call(visiting, 'GET', '/portal/api/patients/alpha~p1/timeline')).body.total === 2);
    const stopped = await at.call(patient, 'DELETE', `/portal/api/patients/p1/shares/${narrowed.body.grantId}`);
    expect(stopped.body).toMatchObject({
      state: 'stopped',
      stopped: { height: expect.any(Number) },
      sentence: expect.stringContaining('What they had read before, they may still have.'),
    });
    for (const path of ['', '/timeline', '/export']) {
      expect(await there.call(visiting, 'GET', `/portal/api/patients/alpha~p1${path}`)).toMatchObject({
        status: 403,
        body: { code: 'access.share-stopped' },
      });
    }
    expect((await there.call(visiting, 'GET', '/portal/api/patients')).body.patients.filter(({ shared }: { shared: boolean }) => shared)).toEqual([]);
    const { body } = await at.call(patient, 'GET', '/portal/api/patients/p1/shares');
    expect(body.shares.map(({ state }: { state: string }) => state)).toEqual(['stopped', 'stopped']);
  });

  test('a request can be declined', async () => {
    await there.call(visiting, 'POST', '/portal/api/access-requests', asking);
    const { body } = await at.call(patient, 'GET', '/portal/api/patients/p1/requests');
    const open = body.requests.find(({ state }: { state: string }) => state === 'open');
    expect(await at.call(patient, 'POST', `/portal/api/patients/p1/requests/${open.requestId}/decline`)).toMatchObject({
      status: 200,
      body: { state: 'declined' },
    });
    expect(await at.call(patient, 'POST', '/portal/api/patients/p1/requests/nothing/decline')).toMatchObject({
      status: 404,
      body: { code: 'sharing.unknown-request' },
    });
  });
});

describe('bad input', () => {
  test.each<[string, 'POST' | 'PUT', string, unknown, number]>([
    ['no body', 'POST', '/portal/api/patients/p1/shares', undefined, 400],
    ['a list', 'POST', '/portal/api/patients/p1/shares', [], 400],
    ['an unknown category', 'POST', '/portal/api/patients/p1/shares', share({ categories: ['all'] }), 400],
    ['an unknown purpose', 'POST', '/portal/api/patients/p1/shares', share({ purpose: 'fun' }), 400],
    ['a share with oneself', 'POST', '/portal/api/patients/p1/shares', share({ organisationId: 'alpha' }), 422],
    ['a share that is not there', 'PUT', '/portal/api/patients/p1/shares/00', share(), 404],
    ['too much', 'POST', '/portal/api/patients/p1/shares', { text: 'x'.repeat(70_000) }, 413],
  ])('%s', async (_title, method, url, body, status) => {
    const answer = await at.call(patient, method, url, body);
    expect(answer.status).toBe(status);
    expect(answer.type).toContain('application/problem+json');
    expect(answer.body.code).toBeTruthy();
  });

  test('malformed JSON and other media types', async () => {
    const headers = { authorization: `Bearer ${patient}` };
    const bad = await at.app.inject({
      method: 'POST',
      url: '/portal/api/patients/p1/shares',
      headers: { ...headers, 'content-type': 'application/json' },
      payload: '{',
    });
    const xml = await at.app.inject({
      method: 'POST',
      url: '/portal/api/patients/p1/shares',
      headers: { ...headers, 'content-type': 'application/xml' },
      payload: '<a/>',
    });
    expect([bad.statusCode, bad.json().code, xml.statusCode, xml.json().code]).toEqual([400, 'gateway.bad-request', 415, 'gateway.media-type']);
  });

  test('when the log cannot be written, no route gives anything away', async () => {
    alpha.fault = 'fail';
    for (const path of ['', '/timeline', '/accesses', '/shares', '/export']) {
      const answer = await at.call(patient, 'GET', `/portal/api/patients/p1${path}`);
      expect(answer).toMatchObject({ status: 503, body: { code: 'access.audit-failed' } });
      expect(answer.bytes.toString()).not.toContain('Penicillin');
    }
    alpha.fault = 'none';
  });
});
