/** What each kind of search parameter means, by examples of the R4 search page and of its borders. */
import { describe, expect, test } from 'vitest';
import type { ResourceJson } from '../../../src/fhir/index/elements.ts';
import { compileQuery } from '../../../src/fhir/index/query.ts';
import { index, options, search } from './blind.ts';

type Row = readonly [query: string, expected: boolean];

/** `code:modifier=value` on one resource. */
function check(resource: ResourceJson, rows: readonly Row[]): void {
  const record = index(resource);
  for (const [query, expected] of rows) {
    const at = query.indexOf('=');
    const [code, modifier] = query.slice(0, at).split(':');
    const { found, meant } = search(record, code!, modifier, query.slice(at + 1));
    expect({ query, found, meant }).toEqual({ query, found: expected, meant: expected });
  }
}

const patient = (more: object): ResourceJson => ({ resourceType: 'Patient', id: 'p1', ...more });
const observation = (more: object): ResourceJson => ({
  resourceType: 'Observation',
  id: 'o1',
  status: 'final',
  code: { coding: [{ system: 'http://loinc.org', code: '8302-2' }] },
  ...more,
});

describe('token', () => {
  test('codes with and without system, in any case', () =>
    check(observation({ category: [{ coding: [{ code: 'Odd|Code' }] }] }), [
      ['code=8302-2', true],
      ['code=http://loinc.org|8302-2', true],
      ['code=http://loinc.org|', true],
      ['code=|8302-2', false],
      ['code=http://other|8302-2', false],
      ['code=8302', false],
      ['code=1,8302-2', true],
      ['category=odd\\|code', true],
      ['category=|ODD\\|CODE', true],
      ['category=odd|code', false],
      ['status=final', true],
      ['status=FINAL', true],
      ['status=http://hl7.org/fhir/observation-status|final', true],
      ['status=http://hl7.org/fhir/observation-status|', true],
      ['status=http://other|final', false],
      ['status=|final', true],
      ['code:not=8302-2', false],
      ['code:not=other', true],
      ['code:missing=true', false],
      ['code:missing=false', true],
      ['method:missing=true', true],
      ['method:missing=false', false],
      ['method:not=x', true],
      ['method=!present', false],
    ]));

  test('identifiers, contact points, booleans, ids', () =>
    check(
      patient({
        active: true,
        identifier: [{ system: 'urn:oid:1.2', value: 'ABC', type: { coding: [{ system: 'http://t', code: 'MR' }] } }, { value: 'plain' }],
        telecom: [
          { system: 'phone', value: '555-1' },
          { system: 'email', value: 'A@b.example' },
        ],
        deceasedBoolean: false,
      }),
      [
        ['identifier=abc', true],
        ['identifier=urn:oid:1.2|ABC', true],
        ['identifier=|ABC', false],
        ['identifier=|plain', true],
        ['identifier:of-type=http://t|MR|abc', true],
        ['identifier:of-type=http://t|SS|abc', false],
        ['identifier:of-type=http://t|MR|plain', false],
        ['phone=555-1', true],
        ['email=555-1', false],
        ['email=a@b.example', true],
        ['telecom=a@b.example', true],
        ['active=true', true],
        ['active=false', false],
        ['deceased=false', true],
        ['deceased=true', false],
        ['_id=p1', true],
        ['_id=p2,p1', true],
        ['_id=p', false],
      ],
    ));

  test('deceased is true for a date too', () => check(patient({ deceasedDateTime: '2020' }), [['deceased=true', true]]));

  test('tags, labels and text', () =>
    check(
      observation({
        meta: { tag: [{ system: 'http://t', code: 'a' }], security: [{ system: 'http://s', code: 'R' }], profile: ['http://p/x'], source: 'urn:s#1' },
        method: { text: 'By hand', coding: [{ code: 'm', display: 'Manual count' }] },
      }),
      [
        ['_tag=a', true],
        ['_tag=http://t|a', true],
        ['_security=http://s|r', true],
        ['_profile=http://p/x', true],
        ['_source=urn:s#1', true],
        ['method:text=hand', true],
        ['method:text=COUNT', true],
        ['method:text=machine', false],
      ],
    ));

  test('unions ask their parts', () =>
    check(
      observation({
        component: [
          {
            code: { coding: [{ system: 'http://loinc.org', code: '8480-6' }] },
            valueQuantity: { value: 120, system: 'http://unitsofmeasure.org', code: 'mm[Hg]' },
          },
        ],
      }),
      [
        ['combo-code=8480-6', true],
        ['combo-code=http://loinc.org|8302-2', true],
        ['component-code=8480-6', true],
        ['code=8480-6', false],
        ['combo-value-quantity=120', true],
        ['combo-value-quantity=gt130', false],
        ['combo-value-quantity:missing=false', true],
        ['value-quantity:missing=true', true],
      ],
    ));
});

describe('string', () => {
  test('beginnings, without case, accents and punctuation; parts of names and addresses', () =>
    check(
      patient({
        name: [{ family: "O'Brien-Łacutë", given: ['Éva', 'Maria'] }],
        address: [{ line: ['12 High  Street'], city: 'São Paulo', postalCode: '01000-000' }],
      }),
      [
        ['family=obr', true],
        ['family=O’BRIEN', true],
        ['family=o', true],
        ['family=brien', false],
        ["family=O'Brien łacute", true],
        ['name=eva', true],
        ['name=mari', true],
        ['name=va', false],
        ['given:exact=Éva', true],
        ['given:exact=eva', false],
        ['given:exact=Év', false],
        ['given:contains=ari', true],
        ['given:contains=brien', false],
        ['name:contains=brien', true],
        ['address=12 high s', true],
        ['address-city=sao', true],
        ['address-city=paulo', false],
        ['address-postalcode=01000', true],
        ['given=x,maria', true],
        ['family:missing=false', true],
        ['address-country:missing=true', true],
      ],
    ));

  test('long texts are checked beyond their indexed beginning', () =>
    check(patient({ name: [{ family: 'Wolfeschlegelsteinhausenbergerdorff' }] }), [
      ['family=wolfeschlegelsteinhausenberger', true],
      ['family=wolfeschlegelsteinhausenburger', false],
    ]));
});

describe('date', () => {
  const day = observation({ effectiveDateTime: '2015-03-12' });
  test('a day', () =>
    check(
      day,
      [
        ['date=2015', true],
        ['date=2015-03', true],
        ['date=2015-03-12', true],
        ['date=2015-03-13', false],
        ['date=2015-03-12T10:00:00Z', false],
        ['date=eq2015-03-12', true],
        ['date=ne2015-03-12', false],
        ['date=ne2015-03-12T10:00:00Z', true],
        ['date=gt2015-03-11', true],
        ['date=gt2015-03-12', false],
        ['date=gt2015-03-12T10:00:00Z', true],
        ['date=ge2015-03-12', true],
        ['date=ge2015-03-13', false],
        ['date=lt2015-03-12', false],
        ['date=lt2015-03-13', true],
        ['date=lt2015-03-12T10:00:00Z', true],
        ['date=le2015-03-12', true],
        ['date=le2015-03-11', false],
        ['date=sa2015-03-11', true],
        ['date=sa2015-03-12', false],
        ['date=eb2015-03-13', true],
        ['date=eb2015-03-12', false],
        ['date=ap2015-03-20', true],
        ['date=ap1990-01-01', false],
        ['date=ge2015&', false],
      ].filter(([query]) => !String(query).endsWith('&')) as unknown as Row[],
    ));

  test('an instant, with zones', () =>
    check(observation({ effectiveDateTime: '2015-03-12T23:30:00-02:00' }), [
      ['date=2015-03-13', true],
      ['date=2015-03-12', false],
      ['date=2015-03-13T01:30:00Z', true],
      ['date=2015-03-13T01:30Z', true],
      ['date=gt2015-03-13T01:30:00Z', false],
      ['date=ge2015-03-13T01:30:00Z', true],
      ['date=lt2015-03-13T01:30:01Z', true],
      ['date=sa2015-03-13T01:29:59Z', true],
    ]));

  test('periods, open ones too', () => {
    check(observation({ effectivePeriod: { start: '2014-11-03', end: '2015-02-10' } }), [
      ['date=2014', false],
      ['date=2015', false],
      ['date=gt2015-01-01', true],
      ['date=lt2015-01-01', true],
      ['date=sa2014-11-02', true],
      ['date=sa2014-11-03', false],
      ['date=eb2015-02-11', true],
      ['date=eb2015-02-10', false],
      ['date=ge2015-02-10', false],
      ['date=ge2015-02-09', true],
      ['date=le2014-11-02', false],
      ['date=ap2014-12-01', true],
    ]);
    check(observation({ effectivePeriod: { start: '2014-11-03' } }), [
      ['date=gt2200-01-01', true],
      ['date=sa2200-01-01', false],
      ['date=lt2014-11-03', false],
      ['date=lt2014-11-04', true],
      ['date=eb2900-01-01', false],
    ]);
    check(observation({ effectivePeriod: { end: '2014-11-03' } }), [
      ['date=lt1000', true],
      ['date=gt2014-11-03', false],
      ['date=gt2014-11-02', true],
    ]);
  });

  test('timings and several dates', () =>
    check(
      {
        resourceType: 'ServiceRequest',
        id: 's',
        status: 'active',
        intent: 'order',
        subject: { reference: 'Patient/1' },
        occurrenceTiming: { event: ['2015-01-01', '2015-03-01'] },
      },
      [
        ['occurrence=2015', true],
        ['occurrence=2015-01', false],
        ['occurrence=gt2015-02', true],
      ],
    ));

  test('the time of the last update', () =>
    check(observation({ meta: { lastUpdated: '2020-05-06T07:08:09.123Z' } }), [
      ['_lastUpdated=2020-05-06', true],
      ['_lastUpdated=gt2020-05-06', false],
      ['_lastUpdated=gt2020-05-06T07:08:09.122Z', true],
      ['_lastUpdated=le2020-05-06', true],
      ['_lastUpdated=ne2020', false],
      ['_lastUpdated=lt2020-05-06', false],
    ]));
});

describe('number and quantity', () => {
  const risk = (probability: number): ResourceJson => ({
    resourceType: 'RiskAssessment',
    id: 'r',
    status: 'final',
    subject: { reference: 'Patient/1' },
    prediction: [{ probabilityDecimal: probability }],
  });
  test('implicit precision of what is asked for', () => {
    check(risk(100), [
      ['probability=100', true],
      ['probability=100.00', true],
      ['probability=1e2', true],
      ['probability=99', false],
    ]);
    check(risk(100.4), [
      ['probability=100', true],
      ['probability=100.0', false],
      ['probability=gt100', true],
      ['probability=ne100', false],
    ]);
    check(risk(99.5), [['probability=100', true]]);
    check(risk(100.5), [
      ['probability=100', false],
      ['probability=101', true],
    ]);
    check(risk(96), [
      ['probability=1e2', true],
      ['probability=100', false],
      ['probability=ap100', true],
    ]);
    check(risk(94), [
      ['probability=1e2', false],
      ['probability=ap100', true],
      ['probability=ap200', false],
    ]);
  });

  test('comparisons are exact, around zero too', () => {
    for (const value of [0, 0.0001, -0.0001, 5.4, -5.4, 1e9, -1e9, 3e-15]) {
      check(risk(value), [
        [`probability=gt${value}`, false],
        [`probability=ge${value}`, true],
        [`probability=lt${value}`, false],
        [`probability=le${value}`, true],
        [`probability=gt${value - Math.abs(value) / 10 - 1e-9}`, true],
        [`probability=lt${value + Math.abs(value) / 10 + 1e-9}`, true],
      ]);
    }
  });

  const dose = (value: number, code: string, more: object = {}): ResourceJson =>
    observation({ valueQuantity: { value, unit: code, system: 'http://unitsofmeasure.org', code, ...more } });
  test('units that convert are compared', () => {
    check(dose(5.4, 'mg'), [
      ['value-quantity=5.4', true],
      ['value-quantity=5.4|http://unitsofmeasure.org|mg', true],
      ['value-quantity=0.0054|http://unitsofmeasure.org|g', true],
      ['value-quantity=5400|http://unitsofmeasure.org|ug', true],
      ['value-quantity=gt5.3|http://unitsofmeasure.org|mg', true],
      ['value-quantity=gt0.0054|http://unitsofmeasure.org|g', false],
      ['value-quantity=ge0.0054|http://unitsofmeasure.org|g', true],
      ['value-quantity=5.4|http://unitsofmeasure.org|mL', false],
      ['value-quantity=5.4||mg', true],
      ['value-quantity=5.4||g', false],
      ['value-quantity=5.4|http://other|mg', false],
      ['value-quantity=lt5.4', false],
      ['value-quantity=le5.4', true],
      ['value-quantity:missing=false', true],
    ]);
    check(dose(37, 'Cel'), [
      ['value-quantity=98.6|http://unitsofmeasure.org|[degF]', true],
      ['value-quantity=gt99|http://unitsofmeasure.org|[degF]', false],
      ['value-quantity=37|http://unitsofmeasure.org|Cel', true],
    ]);
    check(dose(5, 'mmol/L'), [
      ['value-quantity=5|http://unitsofmeasure.org|mmol/L', true],
      ['value-quantity=5000|http://unitsofmeasure.org|umol/L', true],
    ]);
    check(dose(10, '[iU]/L'), [
      ['value-quantity=10|http://unitsofmeasure.org|[iU]/L', true],
      ['value-quantity=10|http://unitsofmeasure.org|/L', false],
    ]);
    check(dose(3, 'bogus-unit'), [['value-quantity=3|http://unitsofmeasure.org|bogus-unit', true]]);
  });

  test('comparators make intervals', () =>
    check(dose(5, 'mg', { comparator: '<' }), [
      ['value-quantity=lt5', true],
      ['value-quantity=gt5', false],
      ['value-quantity=lt1|http://unitsofmeasure.org|mg', true],
      ['value-quantity=5', false],
      ['value-quantity=eb6', true],
    ]));

  test('money and ranges', () => {
    check({ resourceType: 'Invoice', id: 'i', status: 'issued', totalNet: { value: 12.5, currency: 'EUR' } }, [
      ['totalnet=12.5|urn:iso:std:iso:4217|EUR', true],
      ['totalnet=12.5|urn:iso:std:iso:4217|USD', false],
      ['totalnet=gt12', true],
    ]);
    check(
      {
        resourceType: 'Condition',
        id: 'c',
        subject: { reference: 'Patient/1' },
        onsetRange: {
          low: { value: 40, system: 'http://unitsofmeasure.org', code: 'a' },
          high: { value: 50, system: 'http://unitsofmeasure.org', code: 'a' },
        },
      },
      [
        ['onset-age=gt45', true],
        ['onset-age=gt50', false],
        ['onset-age=sa39', true],
        ['onset-age=lt45|http://unitsofmeasure.org|a', true],
        ['onset-age=gt590|http://unitsofmeasure.org|mo', true],
      ],
    );
  });
});

describe('reference and uri', () => {
  test('ids, types, URLs, identifiers', () =>
    check(
      observation({
        subject: { reference: 'Patient/7' },
        encounter: { reference: 'https://own.example/fhir/Encounter/9' },
        performer: [{ reference: 'https://other.example/fhir/Practitioner/3' }, { identifier: { system: 'http://s', value: 'Dr1' } }],
        focus: [{ reference: 'urn:uuid:15680db8-cb5e-42bf-b6cf-43a92be01130' }],
      }),
      [
        ['subject=Patient/7', true],
        ['subject=7', true],
        ['subject:Patient=7', true],
        ['subject:Group=7', false],
        ['subject=Group/7', false],
        ['subject=https://own.example/fhir/Patient/7', true],
        ['subject=https://other.example/fhir/Patient/7', false],
        ['patient=7', true],
        ['patient=Patient/7', true],
        ['patient:missing=false', true],
        ['patient:missing=true', false],
        ['performer=3', false],
        ['performer=https://other.example/fhir/Practitioner/3', true],
        ['performer:identifier=http://s|Dr1', true],
        ['performer:identifier=dr1', true],
        ['performer:identifier=http://t|Dr1', false],
        ['focus=urn:uuid:15680db8-cb5e-42bf-b6cf-43a92be01130', true],
      ],
    ));

  test('a subject that is no patient is no `patient`', () =>
    check(observation({ subject: { reference: 'Group/7' } }), [
      ['patient=7', false],
      ['subject=7', true],
      ['patient:missing=true', true],
      ['subject:missing=true', false],
    ]));

  test('canonicals, with and without version', () =>
    check({ resourceType: 'QuestionnaireResponse', id: 'q', status: 'completed', questionnaire: 'http://q.example/Questionnaire/1|2.0' }, [
      ['questionnaire=http://q.example/Questionnaire/1', true],
      ['questionnaire=http://q.example/Questionnaire/1|2.0', true],
      ['questionnaire=http://q.example/Questionnaire/1|3.0', false],
    ]));

  test('uris: exact, below, above', () =>
    check({ resourceType: 'ValueSet', id: 'v', status: 'active', url: 'http://acme.org/fhir/ValueSet/123/a' }, [
      ['url=http://acme.org/fhir/ValueSet/123/a', true],
      ['url=http://acme.org/fhir/ValueSet/123', false],
      ['url:below=http://acme.org/fhir/', true],
      ['url:below=http://acme.org/fhir/Val', false],
      ['url:below=http://acme.org/fhir/ValueSet/123/a', true],
      ['url:above=http://acme.org/fhir/ValueSet/123/a/b/c', true],
      ['url:above=http://acme.org/fhir/ValueSet/123', false],
    ]));
});

describe('what is not understood is refused', () => {
  test.each([
    ['Observation', 'nothing', undefined, 'x', 'index.unsupported-parameter'],
    ['Observation', 'code-value-quantity', undefined, 'x$1', 'index.unsupported-parameter'],
    ['Observation', '_text', undefined, 'x', 'index.unsupported-parameter'],
    ['Location', 'near', undefined, '1|2', 'index.unsupported-parameter'],
    ['Unheard', 'code', undefined, 'x', 'index.unsupported-parameter'],
    ['Observation', 'code', 'in', 'x', 'index.unsupported-modifier'],
    ['Observation', 'subject', 'Practitioner', '1', 'index.unsupported-modifier'],
    ['Observation', 'date', 'not', '2020', 'index.unsupported-modifier'],
    ['Patient', 'name', 'below', 'x', 'index.unsupported-modifier'],
    ['Observation', 'date', undefined, '2020-13', 'index.malformed-value'],
    ['Observation', 'date', undefined, 'yesterday', 'index.malformed-value'],
    ['Observation', 'value-quantity', undefined, 'abc', 'index.malformed-value'],
    ['Observation', 'value-quantity', undefined, '5|mg', 'index.malformed-value'],
    ['Observation', 'value-quantity', undefined, '1e999', 'index.malformed-value'],
    ['Observation', 'code', undefined, 'a|b|c', 'index.malformed-value'],
    ['Observation', 'code', undefined, '|', 'index.malformed-value'],
    ['Observation', 'code', undefined, 'a,', 'index.malformed-value'],
    ['Observation', 'subject', undefined, 'no id!', 'index.malformed-value'],
    ['Observation', 'subject', 'Patient', 'Group/1', 'index.malformed-value'],
    ['Observation', 'code', 'missing', 'maybe', 'index.malformed-value'],
    ['Observation', '_id', undefined, 'a b', 'index.malformed-value'],
  ])('%s?%s:%s=%s', (type, code, modifier, text, error) => {
    const result = compileQuery(type, code, modifier, text, options);
    expect(result.ok ? 'accepted' : result.error.code).toBe(error);
  });
});

test('queries stay bounded', () => {
  const size = (query: string): number => {
    const [code, value] = query.split('=');
    const result = compileQuery('Observation', code!, undefined, value!, options);
    return result.ok ? JSON.stringify(result.value.match).split('Observation.').length : Infinity;
  };
  for (const query of [
    'date=gt0001',
    'date=lt9999',
    'date=gt1999-05-17',
    'date=le2019-05-17T10:00:00Z',
    'date=ap1900',
    'value-quantity=gt0',
    'value-quantity=lt-3e9',
    'value-quantity=gt5.4|http://unitsofmeasure.org|mg',
    'value-quantity=ne5',
  ]) {
    expect({ query, bounded: size(query) < 700 }).toEqual({ query, bounded: true });
  }
});
