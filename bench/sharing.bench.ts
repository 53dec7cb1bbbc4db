/**
 * Across organisations, in a whole sandbox over HTTP: the first read of a record of 100 kB (signed request, decision, audit durable at
 * the custodian, sealed, verified against the ledger, kept, logged and released at the reader), and how long an update takes to arrive.
 *   npm run bench -- sharing [records 30]
 */
import { startSandbox } from '../test/support/sandbox.ts';
import { printFigure, quantile } from './figure.ts';

const [rounds = '30'] = process.argv.slice(2);
const RECORDS = 60;
/** With 60 of these a record has 100 kB. */
const PADDING = 'x'.repeat(1400);

await using sandbox = await startSandbox();
const custodian = sandbox.url('city-hospital');
const reader = sandbox.url('northside-clinic');
const system = await sandbox.token('city-hospital', 'system');
const clinician = await sandbox.token('northside-clinic', 'clinician');

async function call<T>(token: string, method: string, url: string, body?: unknown): Promise<T> {
  const response = await fetch(url, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(body === undefined ? {} : { 'content-type': url.includes('/fhir') ? 'application/fhir+json' : 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${method} ${url}: ${response.status} ${await response.text()}`);
  return (await response.json()) as T;
}

const observation = (patient: string, id: string, value: number) => ({
  resourceType: 'Observation',
  id,
  status: 'final',
  subject: { reference: `Patient/${patient}` },
  code: { coding: [{ system: 'http://loinc.org', code: '4548-4' }] },
  effectiveDateTime: '2026-01-01',
  valueQuantity: { value, unit: '%', system: 'http://unitsofmeasure.org', code: '%' },
  note: [{ text: PADDING }],
});
const put = (resource: { readonly resourceType: string; readonly id: string }) => ({
  resource,
  request: { method: 'PUT', url: `${resource.resourceType}/${resource.id}` },
});

async function until(look: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 10_000; !(await look()); await new Promise((done) => setTimeout(done, 5))) {
    if (Date.now() > end) throw new Error('nothing came within ten seconds');
  }
}

const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
const reads: number[] = [];
const updates: number[] = [];
for (let round = 0; round < Number(rounds); round++) {
  const id = `bench-${round}`;
  const person = { resourceType: 'Patient', id, name: [{ family: `Bench${round}`, given: ['Ada'] }], birthDate: '1980-01-01', gender: 'female' };
  const entry = [put(person), ...Array.from({ length: RECORDS }, (_, i) => put(observation(id, `${id}-${i}`, i)))];
  await call(system, 'POST', `${custodian}/fhir`, { resourceType: 'Bundle', type: 'transaction', entry });
  const patient = await sandbox.token('city-hospital', 'patient', id);
  // Let the next anchor cover it, so that every version is proven.
  await until(async () =>
    (await call<{ items: { proof: { anchored: boolean } }[] }>(patient, 'GET', `${custodian}/portal/api/patients/${id}/timeline`)).items.every(
      ({ proof }) => proof.anchored,
    ),
  );
  await call(patient, 'POST', `${custodian}/portal/api/patients/${id}/shares`, {
    organisationId: 'northside-clinic',
    purpose: 'treatment',
    categories: ['everything'],
    includeSensitive: false,
    until: tomorrow,
  });
  await until(
    async () => (await call<{ patients: unknown[] }>(clinician, 'GET', `${reader}/portal/api/patients?q=bench${round}`)).patients.length > 0,
  );
  const began = performance.now();
  const shared = `${reader}/portal/api/patients/city-hospital~${id}`;
  await call(clinician, 'GET', shared);
  reads.push(performance.now() - began);
  const written = performance.now();
  await call(system, 'PUT', `${custodian}/fhir/Observation/${id}-0`, { ...observation(id, `${id}-0`, 99), effectiveDateTime: '2026-02-02' });
  await until(
    async () =>
      (await call<{ items: { value?: { number?: number } }[] }>(clinician, 'GET', `${shared}/timeline?limit=1`)).items[0]?.value?.number === 99,
  );
  updates.push(performance.now() - written);
}
process.stdout.write(
  `first read of 100 kB: p50 ${quantile(reads, 0.5).toFixed(0)} ms, p95 ${quantile(reads, 0.95).toFixed(0)} ms; update: p50 ${quantile(updates, 0.5).toFixed(0)} ms, p95 ${quantile(updates, 0.95).toFixed(0)} ms\n`,
);
printFigure({ name: 'cross-organisation read of 100 kB, p95', unit: 'ms', ours: quantile(reads, 0.95) });
printFigure({ name: 'update at the reader, p95', unit: 'ms', ours: quantile(updates, 0.95) });
