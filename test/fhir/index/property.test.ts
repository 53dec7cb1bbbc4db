/**
 * For random resources and random searches: the blind index loses nothing that the search means, and where it says that it is exact, it
 * finds nothing else. A failure prints the seed.
 */
import { describe, expect, test } from 'vitest';
import type { ResourceJson } from '../../../src/fhir/index/elements.ts';
import { syntheaFile, syntheaResources } from '../support/resources.ts';
import { holds, index, search, type Indexed } from './blind.ts';

function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

class Chooser {
  private readonly random: () => number;
  constructor(seed: number) {
    this.random = generator(seed);
  }
  int(below: number): number {
    return Math.floor(this.random() * below);
  }
  of<T>(list: readonly T[]): T {
    return list[this.int(list.length)]!;
  }
  maybe<T>(make: () => T, chance = 0.5): T | undefined {
    return this.random() < chance ? make() : undefined;
  }
  some<T>(make: () => T, most: number): T[] {
    return Array.from({ length: this.int(most + 1) }, make);
  }
}

const two = (n: number): string => String(n).padStart(2, '0');

/** Dates near borders of days, months, years and decades; of any precision. */
function date(c: Chooser): string {
  const year = c.of([1699, 1700, 1899, 1989, 1990, 2009, 2010, 2019, 2020, 2299, 2300]);
  const month = c.of([1, 2, 6, 12]);
  const day = c.of([1, 2, 28, 15]);
  const time = `${two(c.of([0, 1, 12, 23]))}:${two(c.of([0, 30, 59]))}:${two(c.of([0, 59]))}`;
  return c.of([
    () => `${year}`,
    () => `${year}-${two(month)}`,
    () => `${year}-${two(month)}-${two(day)}`,
    () => `${year}-${two(month)}-${two(day)}T${time}Z`,
    () => `${year}-${two(month)}-${two(day)}T${time}.${c.of(['5', '123'])}${c.of(['Z', '+02:00', '-11:30'])}`,
  ])();
}

const systems = ['http://loinc.org', 'http://x|y', 'urn:oid:1.2'];
const codes = ['a', 'A', 'b|c', '!present', 'é', '8302-2'];
const words = [
  'Anna',
  'Ánna-María',
  "O'Hara",
  'o hara',
  'Anne Marie',
  'x',
  '李',
  'Wolfeschlegelsteinhausenbergerdorff',
  'Wolfeschlegelsteinhausenx',
  'ß',
];
const units = ['mg', 'g', 'ug', 'mmol/L', 'Cel', '[degF]', '[iU]', 'bogus', '%'];
const ids = ['1', '2', 'a.b'];

const coding = (c: Chooser): object => ({
  system: c.maybe(() => c.of(systems), 0.7),
  code: c.maybe(() => c.of(codes), 0.9),
  display: c.maybe(() => c.of(words)),
});
const concept = (c: Chooser): object => ({ coding: c.some(() => coding(c), 2), text: c.maybe(() => c.of(words)) });
const decimal = (c: Chooser): number =>
  c.of([0, 1, -1, 5.4, 5.35, 5.45, 100, 99.5, 100.4, 0.0054, 1e-14, 1e16, -250.5, 37, 98.6, 1024, 1023.9999, (c.int(10_000) - 5_000) / 7]);
const quantity = (c: Chooser): object => {
  const unit = c.maybe(() => c.of(units), 0.8);
  return {
    value: c.maybe(() => decimal(c), 0.95),
    comparator: c.maybe(() => c.of(['<', '<=', '>', '>=']), 0.1),
    unit,
    ...(unit !== undefined && c.int(4) > 0
      ? { system: c.of(['http://unitsofmeasure.org', 'http://unitsofmeasure.org', 'http://other']), code: unit }
      : {}),
  };
};
const period = (c: Chooser): object => ({ start: c.maybe(() => date(c), 0.8), end: c.maybe(() => date(c), 0.8) });
const reference = (c: Chooser): object => ({
  reference: c.maybe(
    () =>
      c.of([
        `Patient/${c.of(ids)}`,
        `Group/${c.of(ids)}`,
        `https://own.example/fhir/Patient/1`,
        `https://other.example/fhir/Patient/1`,
        'urn:uuid:15680db8-cb5e-42bf-b6cf-43a92be01130',
        '#c',
      ]),
    0.9,
  ),
  identifier: c.maybe(() => ({ system: c.maybe(() => c.of(systems)), value: c.of(codes) }), 0.3),
});
/** Without undefined values, as parsed JSON. */
const json = (value: object): ResourceJson => JSON.parse(JSON.stringify(value)) as ResourceJson;

const makers: Readonly<Record<string, (c: Chooser) => object>> = {
  Observation: (c) => ({
    status: c.of(['final', 'amended']),
    code: concept(c),
    category: c.some(() => concept(c), 2),
    method: c.maybe(() => concept(c)),
    subject: c.maybe(() => reference(c)),
    performer: c.some(() => reference(c), 2),
    focus: c.some(() => reference(c), 2),
    meta: {
      lastUpdated: `2020-0${1 + c.int(9)}-1${c.int(10)}T0${c.int(10)}:00:00.000Z`,
      tag: c.some(() => coding(c), 2),
      profile: c.some(() => c.of(['http://a/b/c', 'http://a/b', 'urn:x:y']), 2),
    },
    ...c.of([
      () => ({ effectiveDateTime: date(c) }),
      () => ({ effectivePeriod: period(c) }),
      () => ({ effectiveTiming: { event: c.some(() => date(c), 2) } }),
      () => ({}),
    ])(),
    ...c.of([
      () => ({ valueQuantity: quantity(c) }),
      () => ({ valueString: c.of(words) }),
      () => ({ valueCodeableConcept: concept(c) }),
      () => ({ valueDateTime: date(c) }),
      () => ({}),
    ])(),
    component: c.some(() => ({ code: concept(c), valueQuantity: quantity(c) }), 2),
  }),
  Patient: (c) => ({
    active: c.maybe(() => c.of([true, false])),
    gender: c.maybe(() => c.of(['male', 'female'])),
    name: c.some(() => ({ family: c.maybe(() => c.of(words)), given: c.some(() => c.of(words), 2), text: c.maybe(() => c.of(words)) }), 2),
    identifier: c.some(() => ({ system: c.maybe(() => c.of(systems)), value: c.maybe(() => c.of(codes), 0.9), type: c.maybe(() => concept(c)) }), 2),
    telecom: c.some(() => ({ system: c.of(['phone', 'email']), value: c.of(codes) }), 2),
    birthDate: c.maybe(() => date(c).slice(0, 10)),
    address: c.some(() => ({ city: c.maybe(() => c.of(words)), line: c.some(() => c.of(words), 2) }), 2),
    ...c.of([() => ({ deceasedBoolean: c.of([true, false]) }), () => ({ deceasedDateTime: date(c) }), () => ({})])(),
    generalPractitioner: c.some(() => reference(c), 1),
  }),
  RiskAssessment: (c) => ({
    prediction: c.some(
      () => c.of([() => ({ probabilityDecimal: decimal(c) }), () => ({ probabilityRange: { low: quantity(c), high: quantity(c) } })])(),
      2,
    ),
  }),
  Condition: (c) => ({
    subject: reference(c),
    ...c.of([
      () => ({ onsetAge: quantity(c) }),
      () => ({ onsetRange: { low: quantity(c), high: quantity(c) } }),
      () => ({ onsetPeriod: period(c) }),
      () => ({ onsetString: c.of(words) }),
    ])(),
  }),
  ValueSet: (c) => ({
    url: c.maybe(() => c.of(['http://a/b/c', 'http://a/b', 'http://a', 'http://a/b/c/', 'urn:oid:1.2', 'http://a/b/c/d/e/f/g/h/i/j/k/l'])),
    version: c.maybe(() => c.of(codes)),
    useContext: c.some(() => ({ valueQuantity: quantity(c) }), 1),
  }),
};

const prefix = (c: Chooser): string => c.of(['', 'eq', 'ne', 'gt', 'ge', 'lt', 'le', 'sa', 'eb', 'ap']);
const escape = (text: string): string => text.replace(/[\\,|$]/g, (one) => `\\${one}`);
const token = (c: Chooser): string =>
  c.of([
    () => escape(c.of(codes)),
    () => `${escape(c.of(systems))}|${escape(c.of(codes))}`,
    () => `|${escape(c.of(codes))}`,
    () => `${escape(c.of(systems))}|`,
  ])();
const number = (c: Chooser): string =>
  `${prefix(c)}${c.of([() => String(decimal(c)).slice(0, 20), () => c.of(['5.4', '5', '100', '100.00', '1e2', '0', '-1', '0.0054', '5400'])])()}`;
const values: Readonly<Record<string, (c: Chooser) => string>> = {
  token,
  date: (c) => prefix(c) + date(c),
  number,
  quantity: (c) =>
    number(c) + c.of([() => '', () => `|http://unitsofmeasure.org|${c.of(units)}`, () => `||${c.of(units)}`, () => `|http://other|${c.of(units)}`])(),
  string: (c) => escape(c.of(words).slice(0, 1 + c.int(40))),
  reference: (c) =>
    c.of([
      `Patient/${c.of(ids)}`,
      c.of(ids),
      'https://own.example/fhir/Patient/1',
      'https://other.example/fhir/Patient/1',
      'urn:uuid:15680db8-cb5e-42bf-b6cf-43a92be01130',
    ]),
  uri: (c) => c.of(['http://a/b/c', 'http://a/b', 'http://a', 'http://a/b/c/', 'urn:oid:1.2', 'urn:x:y', 'http://a/b/c/d/e/f/g/h/i/j']),
};
const modifiers: Readonly<Record<string, readonly string[]>> = {
  token: ['not', 'text'],
  string: ['exact', 'contains'],
  uri: ['below', 'above'],
  reference: ['identifier'],
};

const searched: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Observation: {
    status: 'token',
    code: 'token',
    category: 'token',
    method: 'token',
    _tag: 'token',
    'combo-code': 'token',
    'component-code': 'token',
    'value-concept': 'token',
    'combo-value-concept': 'token',
    date: 'date',
    'value-date': 'date',
    _lastUpdated: 'date',
    'value-quantity': 'quantity',
    'component-value-quantity': 'quantity',
    'combo-value-quantity': 'quantity',
    'value-string': 'string',
    subject: 'reference',
    patient: 'reference',
    performer: 'reference',
    focus: 'reference',
    _profile: 'uri',
  },
  Patient: {
    active: 'token',
    gender: 'token',
    identifier: 'token',
    phone: 'token',
    telecom: 'token',
    deceased: 'token',
    birthdate: 'date',
    'death-date': 'date',
    name: 'string',
    family: 'string',
    given: 'string',
    address: 'string',
    'address-city': 'string',
    'general-practitioner': 'reference',
  },
  RiskAssessment: { probability: 'number' },
  Condition: { 'onset-age': 'quantity', 'onset-date': 'date', 'onset-info': 'string', patient: 'reference', subject: 'reference' },
  ValueSet: { url: 'uri', version: 'token', 'context-quantity': 'quantity' },
};

function verify(
  record: Indexed,
  code: string,
  modifier: string | undefined,
  text: string,
  seed: number | string,
): { meant: boolean; candidate: boolean } {
  const { candidate, meant, exact } = search(record, code, modifier, text);
  const context = {
    seed,
    query: `${record.resource.resourceType}?${code}${modifier === undefined ? '' : `:${modifier}`}=${text}`,
    resource: record.resource,
  };
  if (meant && !candidate) throw new Error(`lost: ${JSON.stringify(context)}`);
  if (exact && meant !== candidate) throw new Error(`not exact: ${JSON.stringify(context)}`);
  return { meant, candidate };
}

describe('the blind index', () => {
  test('means the same as the search, for random resources and searches', () => {
    const start = Number(process.env['PROPERTY_SEED'] ?? 20260101);
    let meantCount = 0;
    let falseCandidates = 0;
    let total = 0;
    const hits = new Map<string, number>();
    for (let round = 0; round < 1500; round++) {
      const seed = start + round;
      const c = new Chooser(seed);
      const type = c.of(['Observation', 'Observation', 'Patient', 'RiskAssessment', 'Condition', 'ValueSet']);
      const record = index(json({ resourceType: type, id: c.of(ids), ...makers[type]!(c) }));
      for (let i = 0; i < 40; i++) {
        const [code, kind] = c.of(Object.entries(searched[type]!));
        const modifier = c.maybe(() => c.of(['missing', ...(code === '_lastUpdated' ? [] : (modifiers[kind] ?? []))]), 0.25);
        const text =
          modifier === 'missing'
            ? c.of(['true', 'false'])
            : modifier === 'identifier'
              ? token({ ...c, of: c.of.bind(c) } as Chooser).replace(/\|$/, '|x')
              : (c.maybe(() => `${values[kind]!(c)},${values[kind]!(c)}`, 0.15) ?? values[kind]!(c));
        const { meant, candidate } = verify(record, code, modifier, text, seed);
        total++;
        if (meant) {
          meantCount++;
          hits.set(kind, (hits.get(kind) ?? 0) + 1);
        } else if (candidate) falseCandidates++;
      }
    }
    // It must have been about something: every kind found much, and not everything was checked after decryption.
    expect(Object.keys(values).filter((kind) => (hits.get(kind) ?? 0) <= 100)).toEqual([]);
    expect(meantCount).toBeGreaterThan(total / 10);
    expect(falseCandidates).toBeLessThan(total / 5);
  }, 60_000);

  test('an index without terms is noticed', () => {
    const record = index(json({ resourceType: 'Observation', id: '1', status: 'final', code: { coding: [{ code: 'a' }] } }));
    expect(() => verify({ ...record, tokens: new Set() }, 'code', undefined, 'a', 0)).toThrow('lost');
    expect(holds({ kind: 'token', anyOf: ['Observation.code\u0000a'] }, record)).toBe(true);
  });
});

describe.skipIf(!syntheaFile)('Synthea', () => {
  test('every resource is found by its own values, at few terms each', () => {
    const resources = syntheaResources(4);
    const terms = new Map<string, { count: number; terms: number }>();
    const quantities: boolean[] = [];
    for (const resource of resources) {
      const record = index(resource);
      const sum = terms.get(resource.resourceType) ?? { count: 0, terms: 0 };
      terms.set(resource.resourceType, { count: sum.count + 1, terms: sum.terms + record.tokens.size });
      if (resource.resourceType !== 'Observation') continue;
      const { code, subject, effectiveDateTime, valueQuantity } = resource as unknown as {
        code: { coding: { system: string; code: string }[] };
        subject: { reference: string };
        effectiveDateTime: string;
        valueQuantity?: { value: number; system: string; code: string };
      };
      expect(verify(record, 'code', undefined, `${code.coding[0]!.system}|${code.coding[0]!.code}`, 'own').meant).toBe(true);
      expect(verify(record, 'patient', undefined, subject.reference, 'own').meant).toBe(true);
      expect(verify(record, 'date', undefined, effectiveDateTime, 'own').meant).toBe(true);
      expect(verify(record, 'date', undefined, `ge${effectiveDateTime.slice(0, 4)}`, 'own').meant).toBe(true);
      if (valueQuantity && Math.abs(valueQuantity.value) < 1e21) {
        const number = String(valueQuantity.value);
        quantities.push(
          verify(record, 'value-quantity', undefined, `${number}|${valueQuantity.system}|${valueQuantity.code}`, 'own').meant &&
            !verify(record, 'value-quantity', undefined, `gt${number}`, 'own').meant,
        );
      }
    }
    expect(quantities.length).toBeGreaterThan(100);
    expect(quantities).not.toContain(false);
    const { count, terms: sum } = terms.get('Observation')!;
    expect(count).toBeGreaterThan(100);
    expect(sum / count).toBeLessThan(30);
  }, 60_000);
});
