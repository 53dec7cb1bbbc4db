import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { validateResource } from '../../src/fhir/validation/validate.ts';
import { dayOf, yearsBetween } from '../../src/synthetic/days.ts';
import { synthesise, type PopulationOptions } from '../../src/synthetic/population.ts';

const options: PopulationOptions = {
  seed: 'test',
  today: '2026-06-30',
  people: 50,
  years: 6,
  organisations: [
    { id: 'one', name: 'Hospital One', kind: 'hospital' },
    { id: 'two', name: 'Clinic Two', kind: 'clinic' },
    { id: 'three', name: 'Insurer Three', kind: 'insurer' },
  ],
};

type Loose = Record<string, any> & { resourceType: string; id: string }; // oxlint-disable-line typescript/no-explicit-any

const made = synthesise(options);
const resources = made.bundles.flatMap(({ organisationId, bundle }) =>
  bundle.entry!.map((entry) => ({ organisationId, resource: entry.resource as unknown as Loose })),
);
const fingerprint = (population: unknown): string => createHash('sha256').update(JSON.stringify(population)).digest('hex');

describe('the synthetic population', () => {
  test('every resource is valid against base FHIR R4', () => {
    const invalid = resources.flatMap(({ resource }) =>
      validateResource(resource)
        .filter(({ severity }) => severity === 'error')
        .map((issue) => `${resource.resourceType}/${resource.id} ${issue.path}: ${issue.message}`),
    );
    expect(invalid).toEqual([]);
    expect(validateResource({ ...resources[0]!.resource, colour: 'blue' })).not.toEqual([]);
  });

  test('is the same for the same seed, and another one for another seed', () => {
    expect(fingerprint(synthesise(options))).toBe(fingerprint(made));
    expect(fingerprint(synthesise({ ...options, seed: 'other' }))).not.toBe(fingerprint(made));
  });

  test('one more person changes nobody else', () => {
    const more = synthesise({ ...options, people: 51 });
    expect(more.bundles.slice(0, made.bundles.length).map(({ bundle }) => fingerprint(bundle))).toEqual(
      made.bundles.map(({ bundle }) => fingerprint(bundle)),
    );
  });

  test('has at least fifty patients with five years of history or a life as long, some known in two places', () => {
    expect(made.patients.length).toBeGreaterThanOrEqual(50);
    const spans = made.patients
      .filter((patient) => patient.elsewhere === undefined)
      .map((patient) => {
        const visits = resources.filter(
          ({ resource }) => resource.resourceType === 'Encounter' && resource['subject'].reference === `Patient/${patient.id}`,
        );
        const days = visits.map(({ resource }) => dayOf(resource['period'].start.slice(0, 10)));
        return { life: yearsBetween(dayOf(patient.birthDate), dayOf(options.today)), span: yearsBetween(Math.min(...days), Math.max(...days)) };
      });
    expect(spans.filter(({ life, span }) => life > 7 && span < 4.5)).toEqual([]);
    expect(made.patients.filter((patient) => patient.elsewhere !== undefined).length).toBeGreaterThan(4);
  });

  test('every reference leads to a resource of the same organisation, and ids are unique', () => {
    const known = new Set(resources.map(({ organisationId, resource }) => `${organisationId}/${resource.resourceType}/${resource.id}`));
    expect(known.size).toBe(resources.length);
    const dangling: string[] = [];
    const walk = (organisationId: string, value: unknown): void => {
      if (Array.isArray(value)) return value.forEach((item) => walk(organisationId, item));
      if (typeof value !== 'object' || value === null) return;
      for (const [name, inner] of Object.entries(value)) {
        if (name === 'reference' && typeof inner === 'string' && !known.has(`${organisationId}/${inner}`)) dangling.push(inner);
        walk(organisationId, inner);
      }
    };
    for (const { organisationId, resource } of resources) walk(organisationId, resource);
    expect(dangling).toEqual([]);
  });

  test('nothing happens after today or before birth, and a vital sign carries LOINC and UCUM codes', () => {
    const births = new Map(made.patients.map((patient) => [`Patient/${patient.id}`, patient.birthDate]));
    for (const { resource } of resources) {
      if (resource.resourceType !== 'Observation') continue;
      expect(resource['effectiveDateTime'] < `${options.today}T`).toBe(true);
      expect(resource['effectiveDateTime'] > births.get(resource['subject'].reference)!, `${resource['effectiveDateTime']} after birth`).toBe(true);
      const quantity = resource['valueQuantity'] ?? resource['component'][0].valueQuantity;
      expect(quantity.system).toBe('http://unitsofmeasure.org');
      expect(Number.isFinite(quantity.value)).toBe(true);
      expect(resource['code'].coding[0].system).toBe('http://loinc.org');
    }
  });

  test('some records are labelled as sensitive, with the notes of the same visit', () => {
    const labels = new Map<string, number>();
    for (const { resource } of resources)
      for (const label of resource['meta']?.security ?? []) labels.set(label.code, (labels.get(label.code) ?? 0) + 1);
    expect([...labels.keys()]).toContain('R');
    expect([...labels.keys()].filter((code) => ['PSY', 'ETH', 'STD'].includes(code)).length).toBeGreaterThan(1);
  });

  test('treatment shows: long-term sugar falls after its peak in people with diabetes', () => {
    const courses = made.patients
      .filter(({ problems }) => problems.includes('Type 2 diabetes'))
      .map(({ id }) =>
        resources
          .filter(
            ({ resource }) =>
              resource.resourceType === 'Observation' &&
              resource['code'].coding[0].code === '4548-4' &&
              resource['subject'].reference === `Patient/${id}`,
          )
          .map(({ resource }) => resource['valueQuantity'].value as number),
      );
    const long = courses.filter((values) => values.length >= 5);
    expect(long.length).toBeGreaterThan(2);
    for (const values of long) expect(values.at(-1)!).toBeLessThan(Math.max(...values) - 0.5);
  });
});
