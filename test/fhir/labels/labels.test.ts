import { describe, expect, test } from 'vitest';
import { labelRules, labelsOf } from '../../../src/fhir/labels/labels.ts';

const condition = (system: string, code: string): Readonly<Record<string, unknown>> => ({
  resourceType: 'Condition',
  code: { coding: [{ system, code }] },
});

describe('sensitivity labels', () => {
  test.each([
    [condition('http://hl7.org/fhir/sid/icd-10-cm', 'F32.9'), ['MH']],
    [condition('http://hl7.org/fhir/sid/icd-10', 'F10.2'), ['SUD']],
    [condition('http://hl7.org/fhir/sid/icd-10-cm', 'F17.210'), []],
    [condition('http://hl7.org/fhir/sid/icd-10-cm', 'B20'), ['HIV']],
    [condition('http://snomed.info/sct', '86406008'), ['HIV']],
    [condition('http://snomed.info/sct', '370143000'), ['MH']],
    [condition('http://loinc.org', '86406008'), []],
    [condition('http://snomed.info/sct', '44054006'), []],
    [
      {
        resourceType: 'Claim',
        diagnosis: [{ diagnosisCodeableConcept: { coding: [{ system: 'http://hl7.org/fhir/sid/icd-10-cm', code: 'T74.11XA' }] } }],
      },
      ['SDV'],
    ],
    [{ resourceType: 'Observation', valueCodeableConcept: { coding: [{ system: 'http://snomed.info/sct', code: '5602001' }] } }, ['SUD']],
    [{ resourceType: 'Bundle', entry: [{ resource: condition('http://hl7.org/fhir/sid/icd-10-cm', 'A54.9') }] }, ['STD']],
    [
      {
        resourceType: 'Patient',
        meta: {
          security: [
            { system: 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality', code: 'R' },
            { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'PSY' },
            { system: 'http://other', code: 'X' },
          ],
        },
      },
      ['PSY', 'R'],
    ],
  ])('%j', (resource, labels) => {
    expect(labelsOf(resource)).toEqual(labels);
  });

  test('codes in tags do not count, odd JSON does no harm', () => {
    expect(labelsOf({ meta: { tag: [{ system: 'http://snomed.info/sct', code: '86406008' }] } })).toEqual([]);
    expect(
      labelsOf({
        meta: { security: [null, 3, { code: 5 }, { code: 'x'.repeat(100), system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode' }] },
        a: [null, [{}]],
      }),
    ).toEqual([]);
  });

  test('rules are data: each has codes, and none is in two rules of one system', () => {
    const seen = new Set<string>();
    for (const { system, codes = [], prefixes = [] } of labelRules) {
      expect(codes.length + prefixes.length).toBeGreaterThan(0);
      for (const code of [...codes, ...prefixes]) {
        expect(seen.has(`${system}|${code}`), `${system}|${code}`).toBe(false);
        seen.add(`${system}|${code}`);
      }
    }
    expect(seen.size).toBeGreaterThan(80);
  });
});
