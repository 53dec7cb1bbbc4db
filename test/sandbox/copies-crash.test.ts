/** Copies across kill -9 of the whole network, and FHIR over copies; in a real sandbox. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startSandbox, temporaryDirectory, type TestSandbox } from '../support/sandbox.ts';
import { rmSync } from 'node:fs';

const dataDirectory = temporaryDirectory();
let sandbox: TestSandbox;
let system: string;
let patient: string;
let clinician: string;

const call = async (
  token: string,
  method: string,
  url: string,
  body?: unknown,
): Promise<{ readonly status: number; readonly body: ReturnType<typeof JSON.parse> }> => {
  const type = url.includes('/fhir') ? 'application/fhir+json' : 'application/json';
  const response = await fetch(url, {
    method,
    headers: { authorization: `Bearer ${token}`, ...(body === undefined ? {} : { 'content-type': type }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: await response.json() };
};
const observation = (value: number) => ({
  resourceType: 'Observation',
  id: 'crash-o',
  status: 'final',
  subject: { reference: 'Patient/crash-p' },
  code: { text: 'Weight' },
  effectiveDateTime: '2026-01-01',
  valueQuantity: { value, unit: 'kg', system: 'http://unitsofmeasure.org', code: 'kg' },
});
const here = (path: string) => `${sandbox.url('city-hospital')}${path}`;
const there = (path: string) => `${sandbox.url('northside-clinic')}${path}`;
const until = async (look: () => Promise<boolean>, within: number): Promise<number> => {
  const began = Date.now();
  while (!(await look())) {
    if (Date.now() - began > within) throw new Error(`not within ${within} ms`);
    await new Promise((done) => setTimeout(done, 25));
  }
  return Date.now() - began;
};
const sharedFhir = (path: string) => call(clinician, 'GET', there(`/shared/city-hospital/fhir/${path}`));

beforeAll(async () => {
  sandbox = await startSandbox({ dataDirectory, people: 2 });
  [system, patient, clinician] = await Promise.all([
    sandbox.token('city-hospital', 'system'),
    sandbox.token('city-hospital', 'patient', 'crash-p'),
    sandbox.token('northside-clinic', 'clinician'),
  ]);
  await call(system, 'PUT', here('/fhir/Patient/crash-p'), {
    resourceType: 'Patient',
    id: 'crash-p',
    name: [{ family: 'Crash', given: ['Carla'] }],
    birthDate: '1970-01-01',
  });
  await call(system, 'PUT', here('/fhir/Observation/crash-o'), observation(1));
});
afterAll(async () => {
  await sandbox.stop();
  rmSync(dataDirectory, { recursive: true, force: true });
});

describe('copies in a real network', () => {
  test('FHIR over copies: refused before the share, then read, and the patient reads who looked', async () => {
    expect((await sharedFhir('Observation/crash-o')).status).toBe(403);
    const until30 = new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10);
    const shared = await call(patient, 'POST', here('/portal/api/patients/crash-p/shares'), {
      organisationId: 'northside-clinic',
      purpose: 'treatment',
      categories: ['everything'],
      includeSensitive: false,
      until: until30,
    });
    expect(shared.status).toBe(201);
    await until(async () => (await sharedFhir('Observation/crash-o')).status === 200, 5000);
    expect((await sharedFhir('Observation?patient=crash-p')).body.entry).toHaveLength(1);
    expect((await sharedFhir('Patient/crash-p')).body.name[0].family).toBe('Crash');
    await until(async () => {
      const { accesses } = (await call(patient, 'GET', here('/portal/api/patients/crash-p/accesses'))).body as {
        accesses: readonly { organisation: { id: string }; what: string; outcome: string }[];
      };
      return accesses.some(({ organisation, outcome }) => organisation.id === 'northside-clinic' && outcome === 'released');
    }, 5000);
  });

  test('an update acknowledged right before kill -9 arrives after the restart', async () => {
    const writes = Array.from({ length: 10 }, (_, index) => call(system, 'PUT', here('/fhir/Observation/crash-o'), observation(100 + index)));
    await Promise.all(writes);
    const last = (await call(system, 'PUT', here('/fhir/Observation/crash-o'), observation(200))).status;
    expect(last).toBe(200);
    await sandbox.kill();
    sandbox = await startSandbox({ dataDirectory, port: sandbox.port });
    await until(async () => (await sharedFhir('Observation/crash-o')).body.valueQuantity?.value === 200, 20_000);
    const update = await call(system, 'PUT', here('/fhir/Observation/crash-o'), observation(300));
    expect(update.status).toBe(200);
    expect(await until(async () => (await sharedFhir('Observation/crash-o')).body.valueQuantity?.value === 300, 10_000)).toBeLessThan(5000);
  });

  test('a correction acknowledged right before kill -9 takes the record out of the copy after the restart', async () => {
    const other = { ...observation(400), subject: { reference: 'Patient/crash-q' } };
    await call(system, 'PUT', here('/fhir/Patient/crash-q'), { resourceType: 'Patient', id: 'crash-q', name: [{ family: 'Other' }] });
    expect((await sharedFhir('Observation/crash-o/_history/1')).status).toBe(200);
    expect((await call(system, 'PUT', here('/fhir/Observation/crash-o'), other)).status).toBe(200);
    await sandbox.kill();
    sandbox = await startSandbox({ dataDirectory, port: sandbox.port });
    await until(async () => (await sharedFhir('Observation?patient=crash-p')).body.total === 0, 20_000);
    for (const path of ['Observation/crash-o', 'Observation/crash-o/_history/1', 'Observation/crash-o/_history'])
      expect((await sharedFhir(path)).status, path).toBe(404);
    expect(JSON.stringify((await sharedFhir('Patient/crash-p/$everything')).body)).not.toContain('crash-o');
    // Back again: shown again.
    expect((await call(system, 'PUT', here('/fhir/Observation/crash-o'), observation(500))).status).toBe(200);
    await until(async () => (await sharedFhir('Observation/crash-o')).body.valueQuantity?.value === 500, 10_000);
  });

  test('after the stop FHIR over the copy is refused', async () => {
    const { shares } = (await call(patient, 'GET', here('/portal/api/patients/crash-p/shares'))).body as { shares: readonly { grantId: string }[] };
    expect((await call(patient, 'DELETE', here(`/portal/api/patients/crash-p/shares/${shares[0]!.grantId}`))).body.state).toBe('stopped');
    expect((await sharedFhir('Observation/crash-o')).status).toBe(403);
  });
});
