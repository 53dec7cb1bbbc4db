/** Synchronised copies of another organisation: read-only, under what the patient shared, refused with the reason otherwise. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ShareFact } from '../../../src/access/facts.ts';
import { utf8 } from '../../../src/base/bytes.ts';
import { unwrap } from '../../../src/base/result.ts';
import { extractTerms } from '../../../src/fhir/index/extract.ts';
import { ORGANISATION, startFhir, type FhirClient, type TestServer, type Loose } from './support.ts';

const CUSTODIAN = 'st-marys';
const shares: ShareFact[] = [];
let server: TestServer;
let clinician: FhirClient;
let shared: string;

const COPIES = [
  { resourceType: 'Patient', id: 'p1', name: [{ family: 'Copied' }] },
  {
    resourceType: 'Observation',
    id: 'o1',
    status: 'final',
    code: { text: 'x' },
    performer: [{ reference: 'Patient/p9' }],
    subject: { reference: 'Patient/p1' },
  },
  { resourceType: 'Patient', id: 'p2', name: [{ family: 'Unshared' }] },
  { resourceType: 'Observation', id: 'o2', status: 'final', code: { text: 'x' }, subject: { reference: 'Patient/p2' } },
] as const;

beforeAll(async () => {
  server = await startFhir({
    copiesOf: CUSTODIAN,
    shares: async (custodian, patient) => shares.filter((share) => share.custodian === custodian && share.patient === patient),
  });
  clinician = server.client(await server.token({ role: 'clinician', name: 'Dr. Weber' }));
  shared = server.base.replace('/fhir', `/shared/${CUSTODIAN}/fhir`);
  const versions = COPIES.map((resource) => {
    const { patient, compartments, labels, terms } = extractTerms(resource);
    return {
      space: CUSTODIAN,
      type: resource.resourceType,
      id: resource.id,
      version: 1,
      deleted: false,
      content: utf8(JSON.stringify(resource)),
      lastUpdated: Date.now(),
      patient,
      compartments,
      labels,
      terms,
    };
  });
  unwrap(await server.records.writer.append({ versions, events: [], guards: [] }));
  const share = {
    grantId: '0'.repeat(32),
    custodian: CUSTODIAN,
    patient: 'p1',
    grantee: ORGANISATION,
    purpose: 'treatment',
    types: undefined,
    includeSensitive: false,
    since: 0,
    until: Date.now() + 3_600_000,
    closed: false,
  } as const;
  shares.push(share);
}, 60_000);
afterAll(() => server.close());

describe('copies of another organisation', () => {
  test('what the patient shared is read by id, by search and as a whole', async () => {
    expect((await clinician('GET', `${shared}/Patient/p1`)).json.name[0].family).toBe('Copied');
    expect((await clinician('GET', `${shared}/Observation/o1`)).status).toBe(200);
    const found = (await clinician('GET', `${shared}/Observation?patient=Patient/p1`)).json;
    expect(found.entry.map(({ fullUrl }: Loose) => fullUrl)).toEqual([`${shared}/Observation/o1`]);
    expect((await clinician('GET', `${shared}/Patient/p1/$everything`)).json.entry).toHaveLength(2);
  });

  test.each(['Patient/p2', 'Observation/o2', 'Observation?patient=p2', 'Observation', 'Patient/p2/$everything', 'Patient/p2/_history', '_history'])(
    '%s is refused with the reason',
    async (path) => {
      const answer = await clinician('GET', `${shared}/${path}`);
      expect([answer.status, answer.json.issue[0].code]).toEqual([403, 'forbidden']);
      expect(answer.text).not.toContain('Unshared');
      expect(answer.json.issue[0].details.text.length).toBeGreaterThan(10);
    },
  );

  test('naming the shared patient does not open the others', async () => {
    const answer = await clinician('GET', `${shared}/Observation?patient=p1,p2`);
    expect(answer.text).not.toContain('Patient/p2"');
    expect(JSON.stringify((await clinician('GET', `${shared}/Observation?patient=p1&_has:Observation:has-member:patient=p2`)).json)).not.toContain(
      'o2',
    );
  });

  test('nothing can be written, and the statement says so', async () => {
    for (const [method, path, body] of [
      ['POST', 'Patient', { resourceType: 'Patient' }],
      ['PUT', 'Patient/p1', COPIES[0]],
      ['DELETE', 'Patient/p1', undefined],
      ['POST', '', { resourceType: 'Bundle', type: 'transaction' }],
    ] as const) {
      const answer = await clinician(method, `${shared}${path === '' ? '' : `/${path}`}`, body);
      expect([answer.status, answer.json.issue[0].details.coding[0].code]).toEqual([405, 'rest.read-only']);
    }
    const statement = (await clinician('GET', `${shared}/metadata`)).json;
    expect(statement.rest[0].resource[0].interaction.map(({ code }: Loose) => code)).not.toContain('create');
  });

  test('the two spaces do not mix', async () => {
    expect((await clinician('GET', 'Patient/p1')).status).toBe(404);
    expect((await clinician('GET', 'Patient')).json.total).toBe(0);
  });

  test('after the share has ended nothing is released', async () => {
    shares[0] = { ...shares[0]!, closed: true };
    for (const path of ['Patient/p1', 'Observation/o1', 'Observation?patient=p1', 'Patient/p1/$everything']) {
      const answer = await clinician('GET', `${shared}/${path}`);
      expect([answer.status, answer.json.issue[0].details.coding[0].code]).toEqual([403, 'access.share-stopped']);
    }
  });
});
