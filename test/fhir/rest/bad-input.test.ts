import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startFhir, type FhirClient, type TestServer } from './support.ts';

let server: TestServer;
let client: FhirClient;
beforeAll(async () => {
  server = await startFhir({ bundleLimit: 300_000, resourceLimit: 100_000 });
  client = server.client(await server.token({ role: 'system', name: 'test' }));
}, 60_000);
afterAll(() => server.close());

const patient = { resourceType: 'Patient' };
const nested = (levels: number): string => `${'{"extension":['.repeat(levels)}{}${']}'.repeat(levels)}`;

interface Case {
  readonly name: string;
  readonly method?: string;
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly expected: readonly [status: number, code: string];
}

const CASES: readonly Case[] = [
  { name: 'malformed JSON', method: 'POST', path: 'Patient', body: '{"resourceType":"Patient",', expected: [400, 'json.malformed'] },
  { name: 'JSON that is no object', method: 'POST', path: 'Patient', body: '[1,2]', expected: [400, 'json.not-an-object'] },
  { name: 'no body', method: 'POST', path: 'Patient', expected: [400, 'rest.no-body'] },
  { name: 'a body that is not UTF-8', method: 'POST', path: 'Patient', body: Buffer.from([0x7b, 0xff, 0x7d]), expected: [400, 'rest.not-utf8'] },
  {
    name: 'a property that occurs twice',
    method: 'POST',
    path: 'Patient',
    body: '{"resourceType":"Patient","gender":"male","gender":"female"}',
    expected: [400, 'json.duplicate-name'],
  },
  { name: 'JSON nested without end', method: 'POST', path: 'Patient', body: nested(3000), expected: [400, 'json.too-deep'] },
  {
    name: 'XML',
    method: 'POST',
    path: 'Patient',
    body: '<Patient/>',
    headers: { 'content-type': 'application/fhir+xml' },
    expected: [415, 'rest.content-type'],
  },
  {
    name: 'a search whose parameters are not sent as a form',
    method: 'POST',
    path: 'Patient/_search',
    body: { name: 'x' },
    expected: [415, 'rest.content-type'],
  },
  {
    name: 'PATCH, whatever it brings',
    method: 'PATCH',
    path: 'Patient/x',
    body: [],
    headers: { 'content-type': 'application/json-patch+json' },
    expected: [405, 'rest.method'],
  },
  {
    name: 'plain text',
    method: 'POST',
    path: 'Patient',
    body: '{}',
    headers: { 'content-type': 'text/plain' },
    expected: [415, 'rest.content-type'],
  },
  {
    name: 'another character set',
    method: 'POST',
    path: 'Patient',
    body: patient,
    headers: { 'content-type': 'application/fhir+json; charset=utf-16' },
    expected: [415, 'rest.content-type'],
  },
  {
    name: 'another FHIR version',
    method: 'POST',
    path: 'Patient',
    body: patient,
    headers: { 'content-type': 'application/fhir+json; fhirVersion=3.0' },
    expected: [415, 'rest.content-type'],
  },
  {
    name: 'a form where a resource is wanted',
    method: 'POST',
    path: 'Patient',
    body: 'a=b',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    expected: [415, 'rest.content-type'],
  },
  { name: 'an answer in XML', path: 'metadata', headers: { accept: 'application/fhir+xml' }, expected: [406, 'rest.not-acceptable'] },
  { name: 'an answer in XML by _format', path: 'metadata?_format=xml', expected: [406, 'rest.not-acceptable'] },
  {
    name: 'a resource over the limit',
    method: 'POST',
    path: 'Patient',
    body: { ...patient, name: [{ text: 'x'.repeat(120_000) }] },
    expected: [413, 'rest.too-large'],
  },
  {
    name: 'a bundle over the limit',
    method: 'POST',
    path: '',
    body: { resourceType: 'Bundle', type: 'batch', id: 'x'.repeat(320_000) },
    expected: [413, 'rest.too-large'],
  },
  { name: 'an unknown resource type', path: 'Frob/1', expected: [404, 'rest.unknown-type'] },
  { name: 'a type in lower case', path: 'patient', expected: [404, 'rest.unknown-type'] },
  { name: 'an unknown operation', path: 'Patient/$frobnicate', expected: [404, 'rest.unknown-route'] },
  { name: 'an unknown path', path: 'Patient/1/2/3/4', expected: [404, 'rest.unknown-route'] },
  { name: 'an id that is none', path: `Patient/${'x'.repeat(65)}`, expected: [400, 'rest.id-invalid'] },
  { name: 'PATCH', method: 'PATCH', path: 'Patient/1', body: '[]', headers: { 'content-type': 'application/json' }, expected: [405, 'rest.method'] },
  { name: 'a method that the address does not take', method: 'DELETE', path: 'metadata', expected: [405, 'rest.method'] },
  { name: 'an unknown element', method: 'POST', path: 'Patient', body: { ...patient, nome: 'x' }, expected: [400, 'rest.invalid-resource'] },
  {
    name: 'a value outside of a required binding',
    method: 'POST',
    path: 'Patient',
    body: { ...patient, gender: 'f' },
    expected: [400, 'rest.invalid-resource'],
  },
  {
    name: 'a missing mandatory element',
    method: 'POST',
    path: 'Observation',
    body: { resourceType: 'Observation', status: 'final' },
    expected: [400, 'rest.invalid-resource'],
  },
  {
    name: 'a malformed date',
    method: 'POST',
    path: 'Patient',
    body: { ...patient, birthDate: '1980-02-30' },
    expected: [400, 'rest.invalid-resource'],
  },
  {
    name: 'a reference that is none',
    method: 'POST',
    path: 'Observation',
    body: { resourceType: 'Observation', status: 'final', code: { text: 'x' }, subject: { reference: 'Patient/ not an id' } },
    expected: [400, 'rest.invalid-resource'],
  },
  {
    name: 'a reference to a type that is not allowed there',
    method: 'POST',
    path: 'Observation',
    body: { resourceType: 'Observation', status: 'final', code: { text: 'x' }, subject: { reference: 'Claim/1' } },
    expected: [400, 'rest.invalid-resource'],
  },
  { name: 'no resourceType', method: 'POST', path: 'Patient', body: { name: [] }, expected: [400, 'rest.type-mismatch'] },
  { name: 'the wrong type', method: 'POST', path: 'Patient', body: { resourceType: 'Observation' }, expected: [400, 'rest.type-mismatch'] },
  { name: 'PUT without id', method: 'PUT', path: 'Patient/1', body: patient, expected: [400, 'rest.id-mismatch'] },
  { name: 'PUT with another id', method: 'PUT', path: 'Patient/1', body: { ...patient, id: '2' }, expected: [400, 'rest.id-mismatch'] },
  {
    name: 'a bundle of another type',
    method: 'POST',
    path: '',
    body: { resourceType: 'Bundle', type: 'collection' },
    expected: [400, 'rest.bundle'],
  },
  { name: 'something else at the base', method: 'POST', path: '', body: patient, expected: [400, 'rest.bundle'] },
  {
    name: 'a batch whose entries are no list',
    method: 'POST',
    path: '',
    body: { resourceType: 'Bundle', type: 'batch', entry: {} },
    expected: [400, 'rest.bundle'],
  },
  { name: 'an unknown search parameter', path: 'Patient?shoe-size=1', expected: [400, 'search.unknown-parameter'] },
  { name: 'an unknown parameter of history', path: 'Patient/_history?shoe-size=1', expected: [400, 'search.unknown-parameter'] },
];

describe('bad input', () => {
  test.each(CASES)('$name', async ({ method = 'GET', path, body, headers, expected }) => {
    const size = server.records.store.size();
    const counts = await server.records.reader.counts('own');
    const answer = await client(method, path, body, headers);
    expect([answer.status, answer.json?.resourceType, answer.json?.issue[0].severity, answer.json?.issue[0].details.coding[0].code]).toEqual([
      expected[0],
      'OperationOutcome',
      'error',
      expected[1],
    ]);
    expect(answer.headers.get('content-type')).toBe('application/fhir+json; charset=utf-8');
    expect(answer.json.issue[0].details.text.length).toBeGreaterThan(10);
    expect(answer.text).not.toMatch(/\/src\/|node_modules|at .*\.ts/);
    expect(await server.records.reader.counts('own')).toEqual(counts);
    expect(server.records.store.size() - size).toBeLessThanOrEqual(1);
  });

  test('401 without a token and with a wrong one, for every kind of request', async () => {
    for (const token of ['', 'abc', 'eyJhbGciOiJub25lIn0.e30.']) {
      const nobody = server.client(token);
      for (const [method, path, body] of [
        ['GET', 'Patient', undefined],
        ['GET', 'Patient/1', undefined],
        ['POST', 'Patient', patient],
        ['GET', '_history', undefined],
        ['GET', 'Patient/1/$everything', undefined],
      ] as const) {
        const answer = await nobody(method, path, body);
        expect([answer.status, answer.json.issue[0].code]).toEqual([401, 'login']);
        expect(answer.headers.get('www-authenticate')).toBe('Bearer');
      }
    }
  });

  test('without a token a body is not even read', async () => {
    const nobody = server.client('');
    for (const [method, path] of [
      ['POST', ''],
      ['POST', 'Patient'],
      ['PUT', 'Patient/1'],
      ['POST', 'Patient/$validate'],
      ['POST', 'Patient/_search'],
    ] as const) {
      expect([method, path, (await nobody(method, path, '{ not JSON')).status]).toEqual([method, path, 401]);
    }
    expect((await nobody('GET', 'metadata')).status).toBe(200);
    // Refused at the head: the rest of what was announced never has to arrive.
    const { hostname, port, pathname } = new URL(server.base);
    const status = await new Promise<string>((done, failed) => {
      const socket = connect(Number(port), hostname, () => {
        socket.write(`POST ${pathname} HTTP/1.1\r\nHost: ${hostname}\r\nContent-Type: application/fhir+json\r\nContent-Length: 50000000\r\n\r\n{`);
      });
      socket.once('data', (answer) => {
        done(answer.toString('latin1').slice(9, 12));
        socket.destroy();
      });
      socket.once('error', failed);
    });
    expect(status).toBe('401');
  });

  test('what is well-formed but odd is accepted', async () => {
    expect((await client('POST', 'Patient', patient, { 'content-type': 'application/json' })).status).toBe(201);
    expect(
      (
        await client('POST', 'Patient', `\uFEFF${JSON.stringify(patient)}`, {
          'content-type': 'application/fhir+json; charset=UTF-8; fhirVersion=4.0',
        })
      ).status,
    ).toBe(201);
    expect((await client('GET', 'metadata?_format=application/fhir+json', undefined, { accept: 'text/html' })).status).toBe(200);
    expect((await client('GET', 'Patient?_format=json&_pretty=true')).status).toBe(200);
    const unresolved = { resourceType: 'Observation', status: 'final', code: { text: 'x' }, subject: { reference: 'Patient/comes-later' } };
    expect((await client('POST', 'Observation', unresolved)).status).toBe(201);
  });

  test('large answers are compressed when the client can read it', async () => {
    const answer = await fetch(`${server.base}/metadata`, { headers: { 'accept-encoding': 'gzip' } });
    expect(answer.headers.get('content-encoding')).toBe('gzip');
    expect(((await answer.json()) as { resourceType: string }).resourceType).toBe('CapabilityStatement');
    const plain = await fetch(`${server.base}/metadata`, { headers: { 'accept-encoding': 'identity' } });
    expect(plain.headers.get('content-encoding')).toBeNull();
  });
});
