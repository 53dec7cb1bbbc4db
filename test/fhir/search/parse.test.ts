import { describe, expect, test } from 'vitest';
import { createSearchIndex } from '../../../src/fhir/index/search-index.ts';
import { splitUnescaped, unescapeValue } from '../../../src/fhir/search/escape.ts';
import { parseSearch } from '../../../src/fhir/search/parse.ts';
import { formatQueryString, parseQueryString } from '../../../src/fhir/search/query-string.ts';

const { parameters } = createSearchIndex({ ownBases: [], now: () => 0 });
const parse = (types: string, query: string, lenient = false) => {
  const pairs = parseQueryString(query);
  if (!pairs.ok) throw new Error(pairs.error.code);
  return parseSearch(parameters, types.split(','), pairs.value, lenient);
};
const filters = (types: string, query: string) => {
  const request = parse(types, query);
  if (!request.ok) throw new Error(request.error.message);
  return request.value.filters;
};

describe('escapes', () => {
  test.each([
    ['a,b', ['a', 'b']],
    ['a\\,b,c', ['a\\,b', 'c']],
    ['a\\\\,b', ['a\\\\', 'b']],
    [',', ['', '']],
    ['a\\', ['a\\']],
  ] as const)('%s splits', (text, parts) => {
    expect(splitUnescaped(text, ',')).toEqual(parts);
  });
  test.each([
    ['a\\,b', 'a,b'],
    ['a\\|b\\$c\\\\d', 'a|b$c\\d'],
    ['a\\nb', 'a\\nb'],
  ])('%s unescapes', (text, plain) => {
    expect(unescapeValue(text)).toBe(plain);
  });
});

describe('query strings', () => {
  test('read and written, repetitions in order', () => {
    const read = parseQueryString('a=1&b=x+y%26z&a=2&c&&d=%C3%A9');
    expect(read.ok && read.value).toEqual([
      { name: 'a', value: '1' },
      { name: 'b', value: 'x y&z' },
      { name: 'a', value: '2' },
      { name: 'c', value: '' },
      { name: 'd', value: 'é' },
    ]);
    const written = formatQueryString(read.ok ? read.value : []);
    const again = parseQueryString(written);
    expect(again).toEqual(read);
  });
  test('limits hold', () => {
    expect(parseQueryString('a=1&'.repeat(101)).ok).toBe(false);
    expect(parseQueryString(`a=${'x'.repeat(70_000)}`).ok).toBe(false);
    expect(parseQueryString('a=%E0%A4').ok).toBe(false);
  });
});

describe('filters', () => {
  test('a chain without type goes to every target that knows the parameter', () => {
    const [filter] = filters('Observation', 'subject.name=x');
    expect(filter).toMatchObject({
      kind: 'some',
      of: [
        { kind: 'chain', target: 'Patient' },
        { kind: 'chain', target: 'Location' },
      ],
    });
    expect(filters('Observation', 'subject:Patient.name=x')[0]).toMatchObject({
      kind: 'chain',
      parameter: 'subject',
      target: 'Patient',
      inner: { kind: 'values', type: 'Patient', parameter: 'name', text: 'x' },
    });
  });
  test('_has nests', () => {
    expect(filters('Practitioner', '_has:Patient:general-practitioner:_has:Observation:patient:code=1')[0]).toMatchObject({
      kind: 'has',
      referrer: 'Patient',
      inner: { kind: 'has', type: 'Patient', referrer: 'Observation', inner: { kind: 'values', parameter: 'code' } },
    });
  });
  test('over several types only common parameters are taken', () => {
    expect(parse('Patient,Observation', 'identifier=x').ok).toBe(true);
    expect(parse('Patient,Observation', 'family=x').ok).toBe(false);
  });
  test('what is said about the answer', () => {
    const request = parse(
      'Patient',
      '_count=5000&_sort=-birthdate,family&_total=accurate&_summary=data&_elements=name,gender&_cursor=abc&_format=json',
    );
    expect(request.ok && request.value).toMatchObject({
      count: 1000,
      sort: [
        { parameter: 'birthdate', descending: true },
        { parameter: 'family', descending: false },
      ],
      total: 'accurate',
      summary: 'data',
      elements: ['name', 'gender'],
      cursor: 'abc',
    });
    expect(request.ok && request.value.applied.map(({ name }) => name)).toEqual(['_count', '_sort', '_total', '_summary', '_elements']);
  });
  test('lenient handling ignores what is unknown, not what is malformed', () => {
    const request = parse('Patient', 'shoe-size=1&family:frob=x&gender=male', true);
    expect(request.ok && [request.value.ignored, request.value.filters.length]).toEqual([['shoe-size', 'family:frob'], 1]);
    expect(parse('Patient', '_count=many', true).ok).toBe(false);
    expect(parse('Patient', '_include=nonsense', true).ok).toBe(false);
  });
});
