import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { compileDefinitions } from '../../../scripts/definitions/compile.ts';
import { numberTypes } from '../../../scripts/definitions/number-types.ts';
import { readSources } from '../../../scripts/definitions/sources.ts';
import { definitions } from '../../../src/fhir/definitions/definitions.ts';
import { searchParam, searchParams } from '../../../src/fhir/definitions/search-params.ts';
import { typeNumber } from '../../../src/fhir/definitions/type-number.ts';

const committed = (name: string): string => readFileSync(new URL(`../../../src/fhir/definitions/${name}`, import.meta.url), 'utf8');

describe('the compiled definitions', () => {
  test('are what the published R4 definitions compile to', () => {
    const compiled = compileDefinitions(readSources());
    // Compared as a whole: the difference would fill the screen.
    expect(`${JSON.stringify(compiled)}\n` === committed('r4.generated.json')).toBe(true);
    expect(committed('r4.generated.json').length).toBeLessThan(1_500_000);
    const numbers = JSON.parse(committed('type-numbers.json')) as Record<string, number>;
    expect(numberTypes(compiled.resources, numbers)).toEqual(numbers);
  }, 60_000);

  test('hold every resource type of R4, with unique numbers', () => {
    expect(definitions.resourceTypes.length).toBe(146);
    const numbers = definitions.resourceTypes.map(typeNumber);
    expect(new Set(numbers).size).toBe(146);
    expect(numbers.every((number) => number !== undefined && number > 0 && number < 1000)).toBe(true);
    expect(typeNumber('Unheard')).toBeUndefined();
  });

  test('numbers stay when types are added', () => {
    expect(numberTypes(['A', 'B', 'C'], { B: 7 })).toEqual({ B: 7, A: 8, C: 9 });
  });

  test('elements are inherited, choices and content references resolved', () => {
    const observation = definitions.shape('Observation')!;
    expect(observation.properties.get('valueQuantity')).toMatchObject({ type: 'Quantity', primitive: false });
    expect(observation.properties.get('valueDateTime')).toMatchObject({ type: 'dateTime', extraName: '_valueDateTime' });
    expect(observation.properties.get('meta')?.type).toBe('Meta');
    expect(definitions.shape('Observation.component')!.properties.get('referenceRange')?.type).toBe('Observation.referenceRange');
    expect(definitions.shape('Bundle.entry')!.properties.get('resource')?.type).toBe('Resource');
    expect(definitions.shape('SimpleQuantity')!.properties.has('comparator')).toBe(false);
    expect(definitions.shape('constructor')).toBeUndefined();
  });

  test('search parameters say what they lead to', () => {
    expect(searchParam('Patient', 'gender')).toMatchObject({ type: 'token', elements: ['code'], single: true, codeOnly: true, required: false });
    expect(searchParam('Observation', 'status')).toMatchObject({ required: true, codeOnly: true });
    expect(searchParam('Observation', 'patient')).toMatchObject({ alias: ['subject', 'Patient'], targets: ['Patient'] });
    expect(searchParam('Observation', 'combo-code')?.union).toEqual(['code', 'component-code']);
    expect(searchParam('Observation', 'value-date')).toMatchObject({ single: true, elements: ['dateTime', 'Period'] });
    expect(searchParam('Patient', '_id')?.type).toBe('token');
    expect(searchParams('Unheard').size).toBe(0);
    expect(searchParam('Patient', 'constructor')).toBeUndefined();
  });

  test('only value sets whose code systems have no content here are left open', () => {
    const codes = (type: string, element: string): readonly string[] => [
      ...definitions.binding(definitions.shape(type)!.properties.get(element)!.element.binding).codes.keys(),
    ];
    expect(codes('Patient', 'gender')).toEqual(['male', 'female', 'other', 'unknown']);
    expect(definitions.shape('Attachment')!.properties.get('contentType')!.element.binding).toBe(-1);
  });
});
