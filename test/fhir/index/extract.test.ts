import { describe, expect, test } from 'vitest';
import { utf8 } from '../../../src/base/bytes.ts';
import { unwrap } from '../../../src/base/result.ts';
import type { StoredVersion } from '../../../src/records/model.ts';
import type { ResourceJson } from '../../../src/fhir/index/elements.ts';
import { extractTerms } from '../../../src/fhir/index/extract.ts';
import { createSearchIndex } from '../../../src/fhir/index/search-index.ts';

const subject = { reference: 'Patient/7' };

describe('what is taken from a resource', () => {
  test('terms have the forms that queries ask for', () => {
    const { terms } = extractTerms({
      resourceType: 'Observation',
      id: '1',
      status: 'final',
      code: { coding: [{ system: 'http://loinc.org', code: '8302-2' }] },
      subject,
      effectiveDateTime: '2015-03-12T10:00:00Z',
      valueQuantity: { value: 180, system: 'http://unitsofmeasure.org', code: 'cm' },
    } as ResourceJson);
    expect(terms.edges).toEqual([
      { param: 'Observation.patient', target: 'Patient/7' },
      { param: 'Observation.subject', target: 'Patient/7' },
    ]);
    const tokens = terms.tokens.map((token) => token.replace('\u0000', ' ')).toSorted();
    expect(tokens.filter((token) => !token.includes('value-quantity'))).toEqual([
      'Observation.code 8302-2',
      'Observation.code http://loinc.org|',
      'Observation.code http://loinc.org|8302-2',
      'Observation.date !present',
      'Observation.date dD2015-03-12',
      'Observation.date dM2015-03',
      'Observation.date dX201',
      'Observation.date dY2015',
      'Observation.status final',
      'Observation.subject !present',
    ]);
    expect(tokens.filter((token) => token.includes('value-quantity')).length).toBe(6);
  });

  test('the same length in another unit has the same terms', () => {
    const terms = (value: number, code: string): string[] =>
      extractTerms({
        resourceType: 'Observation',
        id: '1',
        status: 'final',
        code: {},
        valueQuantity: { value, system: 'http://unitsofmeasure.org', code },
      } as ResourceJson).terms.tokens.filter((token) => token.includes('\u0000u'));
    expect(terms(180, 'cm')).toEqual(terms(1.8, 'm'));
    expect(terms(180, 'cm')).not.toEqual(terms(181, 'cm'));
    expect(terms(180, 'cm').length).toBe(3);
  });

  test.each([
    [{ resourceType: 'Patient', id: '7' }, '7', ['7']],
    [{ resourceType: 'Patient', id: '7', link: [{ other: { reference: 'Patient/8' } }] }, '7', ['7']],
    [{ resourceType: 'Observation', id: '1', subject }, '7', ['7']],
    [{ resourceType: 'Observation', id: '1', subject, performer: [{ reference: 'Patient/9' }] }, '7', ['7', '9']],
    [{ resourceType: 'Observation', id: '1', performer: [{ reference: 'Patient/9' }] }, '9', ['9']],
    [{ resourceType: 'Observation', id: '1', subject: { reference: 'Group/7' } }, undefined, []],
    [{ resourceType: 'Group', id: '1', member: [{ entity: subject }, { entity: { reference: 'Patient/8' } }] }, undefined, ['7', '8']],
    [{ resourceType: 'Encounter', id: '1', subject }, '7', ['7']],
    [{ resourceType: 'Claim', id: '1', patient: subject }, '7', ['7']],
    [{ resourceType: 'Provenance', id: '1', target: [subject] }, '7', ['7']],
    [{ resourceType: 'Practitioner', id: '1' }, undefined, []],
    [{ resourceType: 'Organization', id: '1' }, undefined, []],
    // R4 has devices in no patient's compartment.
    [{ resourceType: 'Device', id: '1', patient: subject }, undefined, []],
  ])('patient and compartments of %j', (resource, patient, compartments) => {
    const extracted = extractTerms(resource as unknown as ResourceJson);
    expect(extracted.patient).toBe(patient);
    expect([...extracted.compartments].toSorted()).toEqual(compartments);
  });

  test('own absolute references count as relative ones, those of others do not', () => {
    const resource = { resourceType: 'Observation', id: '1', subject: { reference: 'https://own.example/fhir/Patient/7' } } as ResourceJson;
    expect(extractTerms(resource, { ownBases: ['https://own.example/fhir'] }).patient).toBe('7');
    expect(extractTerms(resource).patient).toBeUndefined();
  });

  test('the date to sort by', () => {
    const date = (more: object): number | undefined => extractTerms({ resourceType: 'Observation', id: '1', ...more } as ResourceJson).sortDate;
    expect(date({ effectiveDateTime: '2015-03-12' })).toBe(Date.UTC(2015, 2, 12));
    expect(date({ effectivePeriod: { end: '2015-03-12' } })).toBe(Date.UTC(2015, 2, 13) - 1);
    expect(date({})).toBeUndefined();
  });

  test('hostile text stays within the length of terms', () => {
    const { terms } = extractTerms({
      resourceType: 'Patient',
      id: '1',
      identifier: [{ system: 's'.repeat(5000), value: 'v'.repeat(100_000) }],
      name: [{ family: 'é'.repeat(100_000) }],
    } as ResourceJson);
    expect(Math.max(...terms.tokens.map((token) => token.length))).toBeLessThan(560);
  });
});

describe('the search index', () => {
  const index = createSearchIndex({ ownBases: ['https://own.example/fhir'], now: () => Date.UTC(2026, 0, 1) });
  const stored = (resource: object): StoredVersion => ({
    type: 'Observation',
    id: '1',
    space: 'own',
    version: 1,
    deleted: false,
    lastUpdated: 0,
    sequence: 0,
    content: utf8(JSON.stringify(resource)),
  });
  const document = index.open(
    stored({
      resourceType: 'Observation',
      id: '1',
      subject,
      effectivePeriod: { start: '2015', end: '2016' },
      code: { text: 'x', coding: [{ code: 'b' }, { code: 'A' }] },
      valueQuantity: { value: 2, system: 'http://unitsofmeasure.org', code: 'kg' },
    }),
  );

  test('knows the parameters', () => {
    expect(index.parameters.find('Observation', 'subject')).toEqual({
      code: 'subject',
      type: 'reference',
      targets: ['Group', 'Device', 'Patient', 'Location'],
    });
    expect(index.parameters.find('Observation', '_text')?.type).toBe('special');
    expect(index.parameters.find('Observation', 'nothing')).toBeUndefined();
    expect(index.parameters.isResourceType('Observation')).toBe(true);
    expect(index.parameters.isResourceType('toString')).toBe(false);
    expect(index.inCompartment('Observation')).toBe(true);
    expect(index.inCompartment('Organization')).toBe(false);
    expect(index.dateParameter('Observation')).toBe('date');
    expect(index.dateParameter('Organization')).toBeUndefined();
  });

  test('queries and checks', () => {
    expect(unwrap(index.query('Observation', 'code', undefined, 'a'))).toEqual({
      match: { kind: 'token', anyOf: ['Observation.code\u0000a'] },
      exact: true,
    });
    expect(index.matches(document, 'Observation', 'value-quantity', undefined, '2000|http://unitsofmeasure.org|g')).toBe(true);
    expect(index.matches(document, 'Observation', 'value-quantity', undefined, '2|http://unitsofmeasure.org|g')).toBe(false);
    expect(index.references(document, 'Observation', 'subject')).toEqual(['Patient/7']);
  });

  test('values to sort by', () => {
    expect(index.sortValue(document, 'Observation', 'date', false)).toBe(Date.UTC(2015, 0, 1));
    expect(index.sortValue(document, 'Observation', 'date', true)).toBe(Date.UTC(2017, 0, 1) - 1);
    expect(index.sortValue(document, 'Observation', 'code', false)).toBe('A');
    expect(index.sortValue(document, 'Observation', 'value-quantity', false)).toBe(2000);
    expect(index.sortValue(document, 'Observation', 'encounter', false)).toBeUndefined();
  });
});
