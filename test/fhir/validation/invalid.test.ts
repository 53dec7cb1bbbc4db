/** What must be refused, and where: one thing wrong each. */
import { describe, expect, test } from 'vitest';
import { unwrap } from '../../../src/base/result.ts';
import { parseJson } from '../../../src/fhir/json/parse.ts';
import { validateResource } from '../../../src/fhir/validation/validate.ts';

type Json = Readonly<Record<string, unknown>>;

const narrative = (div: string): Json => ({
  resourceType: 'Patient',
  text: { status: 'generated', div: `<div xmlns="http://www.w3.org/1999/xhtml">${div}</div>` },
});
const patient = (more: Json): Json => ({ resourceType: 'Patient', ...more });
const observation = (more: Json): Json => ({ resourceType: 'Observation', status: 'final', code: { text: 'x' }, ...more });
const reference = (more: Json): Json => observation({ subject: more });
const quantity = (more: Json): Json => observation({ valueQuantity: more });
const url = 'http://example.org/x';

const valid: readonly (readonly [string, Json])[] = [
  ['smallest', patient({})],
  ['smallest observation', observation({})],
  ['primitive with value and extension', patient({ birthDate: '1980', _birthDate: { extension: [{ url, valueString: 'x' }] } })],
  ['primitive with extension alone', patient({ _birthDate: { extension: [{ url, valueString: 'x' }] } })],
  [
    'required primitive with extension alone',
    { resourceType: 'Observation', _status: { extension: [{ url, valueCode: 'unknown' }] }, code: { text: 'x' } },
  ],
  ['array of primitives with nulls', patient({ name: [{ given: ['A', null], _given: [null, { extension: [{ url, valueString: 'x' }] }] }] })],
  ['leap day', patient({ birthDate: '2024-02-29' })],
  ['leap second', observation({ effectiveInstant: '2016-12-31T23:59:60Z' })],
  ['offset', observation({ effectiveDateTime: '2020-01-01T00:00:00+14:00' })],
  ['contained, referred to', observation({ contained: [{ resourceType: 'Patient', id: 'p' }], subject: { reference: '#p' } })],
  [
    'contained that refers back',
    patient({
      contained: [
        { resourceType: 'Provenance', id: 'p', target: [{ reference: '#' }], recorded: '2020-01-01T00:00:00Z', agent: [{ who: { display: 'x' } }] },
      ],
    }),
  ],
  ['logical reference', reference({ identifier: { value: 'x' } })],
  ['absolute reference', reference({ reference: 'https://example.org/fhir/Patient/1' })],
  ['urn', reference({ reference: 'urn:uuid:15680db8-cb5e-42bf-b6cf-43a92be01130' })],
  ['conditional reference', reference({ reference: 'Patient?identifier=x|1' })],
  ['versioned reference', reference({ reference: 'Patient/1/_history/2' })],
  ['range of quantities in order', observation({ valueRange: { low: { value: 1, unit: 'a' }, high: { value: 2, unit: 'a' } } })],
  ['period of different precision', observation({ effectivePeriod: { start: '2020', end: '2020-05-05' } })],
  [
    'text alone for a bound concept',
    {
      resourceType: 'AllergyIntolerance',
      clinicalStatus: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical', code: 'active' }] },
      patient: { reference: 'Patient/1' },
    },
  ],
  ['displayed text without linkId', { resourceType: 'Questionnaire', status: 'draft', item: [{ type: 'display', text: 'x' }] }],
  ['XML entities', narrative('a &amp; b &#160; &lt;')],
];

const invalid: readonly (readonly [name: string, resource: unknown, path: string, code: string])[] = [
  ['no object', [], 'Resource', 'structure'],
  ['no resourceType', { id: '1' }, 'Resource', 'structure'],
  ['unknown type', { resourceType: 'Patiant' }, 'Resource', 'structure'],
  ['a data type', { resourceType: 'HumanName' }, 'Resource', 'structure'],
  ['an abstract type', { resourceType: 'DomainResource' }, 'Resource', 'structure'],
  ['unknown element', patient({ nmae: [] }), 'Patient.nmae', 'structure'],
  ['element of another type', patient({ status: 'final' }), 'Patient.status', 'structure'],
  ['unknown element within', patient({ name: [{ familly: 'x' }] }), 'Patient.name[0].familly', 'structure'],
  ['choice without type', observation({ value: 1 }), 'Observation.value', 'structure'],
  ['type that the choice has not', observation({ valueDecimal: 1 }), 'Observation.valueDecimal', 'structure'],
  ['two types of a choice', observation({ valueString: 'a', valueBoolean: true }), 'Observation', 'structure'],
  ['array for one', patient({ birthDate: ['1980'] }), 'Patient.birthDate', 'structure'],
  ['one for an array', patient({ name: { family: 'x' } }), 'Patient.name', 'structure'],
  ['empty array', patient({ name: [] }), 'Patient.name', 'structure'],
  ['empty object', patient({ name: [{}] }), 'Patient.name[0]', 'structure'],
  ['id alone', patient({ name: [{ id: 'a' }] }), 'Patient.name[0]', 'structure'],
  ['empty string', patient({ name: [{ family: '' }] }), 'Patient.name[0].family', 'value'],
  ['blank string', patient({ name: [{ family: ' \n' }] }), 'Patient.name[0].family', 'value'],
  ['control character', patient({ name: [{ family: 'a\u0007b' }] }), 'Patient.name[0].family', 'value'],
  ['null', patient({ birthDate: null }), 'Patient.birthDate', 'structure'],
  ['null in an array without extension', patient({ name: [{ given: ['a', null] }] }), 'Patient.name[0].given[1]', 'structure'],
  ['null in an array of objects', patient({ name: [null] }), 'Patient.name[0]', 'structure'],
  ['string for an object', patient({ name: ['x'] }), 'Patient.name[0]', 'structure'],
  ['object for a string', patient({ gender: { a: 1 } }), 'Patient.gender', 'value'],
  ['missing element', { resourceType: 'Observation', code: { text: 'x' } }, 'Observation', 'required'],
  ['missing element within', patient({ link: [{ other: { reference: 'Patient/1' } }] }), 'Patient.link[0]', 'required'],
  ['missing linkId', { resourceType: 'Questionnaire', status: 'draft', item: [{ type: 'string' }] }, 'Questionnaire.item[0]', 'required'],
  ['boolean as string', patient({ active: 'true' }), 'Patient.active', 'value'],
  ['number as string', quantity({ value: '1' }), 'Observation.value.value', 'value'],
  ['string as number', patient({ name: [{ family: 1 }] }), 'Patient.name[0].family', 'value'],
  ['id with a blank', patient({ id: 'a b' }), 'Patient.id', 'value'],
  ['id too long', patient({ id: 'a'.repeat(65) }), 'Patient.id', 'value'],
  ['date out of the calendar', patient({ birthDate: '2023-02-29' }), 'Patient.birthDate', 'value'],
  ['date with a 13th month', patient({ birthDate: '2023-13' }), 'Patient.birthDate', 'value'],
  ['date with time', patient({ birthDate: '2023-01-01T00:00:00Z' }), 'Patient.birthDate', 'value'],
  ['date with one digit', patient({ birthDate: '2023-1-1' }), 'Patient.birthDate', 'value'],
  ['year zero', patient({ birthDate: '0000' }), 'Patient.birthDate', 'value'],
  ['dateTime without zone', observation({ effectiveDateTime: '2020-01-01T00:00:00' }), 'Observation.effective', 'value'],
  ['dateTime without seconds', observation({ effectiveDateTime: '2020-01-01T00:00Z' }), 'Observation.effective', 'value'],
  ['hour 24', observation({ effectiveDateTime: '2020-01-01T24:00:00Z' }), 'Observation.effective', 'value'],
  ['zone out of range', observation({ effectiveDateTime: '2020-01-01T00:00:00+15:00' }), 'Observation.effective', 'value'],
  ['instant without time', observation({ effectiveInstant: '2020-01-01' }), 'Observation.effective', 'value'],
  ['time with zone', observation({ valueTime: '10:00:00Z' }), 'Observation.value', 'value'],
  ['fraction in an integer', observation({ valueInteger: 1.5 }), 'Observation.value', 'value'],
  ['integer beyond 32 bits', observation({ valueInteger: 2147483648 }), 'Observation.value', 'value'],
  ['zero as positiveInt', patient({ telecom: [{ rank: 0 }] }), 'Patient.telecom[0].rank', 'value'],
  [
    'code with double blank',
    patient({ communication: [{ language: { coding: [{ code: 'a  b' }] } }] }),
    'Patient.communication[0].language.coding[0].code',
    'value',
  ],
  ['uri with a blank', patient({ identifier: [{ system: 'http://a b' }] }), 'Patient.identifier[0].system', 'value'],
  ['base64 of wrong length', patient({ photo: [{ contentType: 'image/png', data: 'abc' }] }), 'Patient.photo[0].data', 'value'],
  ['base64 with other characters', patient({ photo: [{ contentType: 'image/png', data: 'ab_=' }] }), 'Patient.photo[0].data', 'value'],
  ['attachment of another size', patient({ photo: [{ contentType: 'image/png', data: 'YWJj', size: 4 }] }), 'Patient.photo[0].size', 'value'],
  ['oid without urn', { resourceType: 'Basic', code: { text: 'x' }, extension: [{ url, valueOid: '1.2.3' }] }, 'Basic.extension[0].value', 'value'],
  [
    'uuid without urn',
    { resourceType: 'Basic', code: { text: 'x' }, extension: [{ url, valueUuid: '15680db8-cb5e-42bf-b6cf-43a92be01130' }] },
    'Basic.extension[0].value',
    'value',
  ],
  ['code outside of a binding', patient({ gender: 'Male' }), 'Patient.gender', 'code-invalid'],
  ['status outside of a binding', observation({ status: 'done' }), 'Observation.status', 'code-invalid'],
  [
    'concept outside of a binding',
    {
      resourceType: 'Condition',
      clinicalStatus: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-clinical', code: 'gone' }] },
      subject: { reference: 'Patient/1' },
    },
    'Condition.clinicalStatus',
    'code-invalid',
  ],
  [
    'right code, wrong system',
    {
      resourceType: 'Condition',
      clinicalStatus: { coding: [{ system: 'http://example.org', code: 'active' }] },
      subject: { reference: 'Patient/1' },
    },
    'Condition.clinicalStatus',
    'code-invalid',
  ],
  ['reference to a wrong type', reference({ reference: 'Practitioner/1' }), 'Observation.subject.reference', 'value'],
  ['reference that is a word', reference({ reference: 'somebody' }), 'Observation.subject.reference', 'value'],
  ['reference to an unknown type', reference({ reference: 'Patiant/1' }), 'Observation.subject.reference', 'value'],
  ['reference with a wrong stated type', reference({ reference: 'Patient/1', type: 'Group' }), 'Observation.subject.reference', 'value'],
  ['reference to nothing contained', reference({ reference: '#p' }), 'Observation.subject.reference', 'not-found'],
  [
    'contained of a wrong type',
    observation({ contained: [{ resourceType: 'Medication', id: 'p' }], subject: { reference: '#p' } }),
    'Observation.subject.reference',
    'value',
  ],
  ['contained, not referred to (dom-3)', observation({ contained: [{ resourceType: 'Patient', id: 'p' }] }), 'Observation.contained', 'invariant'],
  [
    'contained in contained (dom-2)',
    observation({
      contained: [
        {
          resourceType: 'Patient',
          id: 'p',
          contained: [{ resourceType: 'Patient', id: 'q' }],
          link: [{ other: { reference: '#q' }, type: 'refer' }],
        },
      ],
      subject: { reference: '#p' },
    }),
    'Observation',
    'invariant',
  ],
  [
    'contained with version (dom-4)',
    observation({ contained: [{ resourceType: 'Patient', id: 'p', meta: { versionId: '1' } }], subject: { reference: '#p' } }),
    'Observation',
    'invariant',
  ],
  [
    'contained with security (dom-5)',
    observation({ contained: [{ resourceType: 'Patient', id: 'p', meta: { security: [{ code: 'R' }] } }], subject: { reference: '#p' } }),
    'Observation',
    'invariant',
  ],
  [
    'contained resource that is invalid',
    observation({ contained: [{ resourceType: 'Patient', id: 'p', gender: 'x' }], subject: { reference: '#p' } }),
    'Observation.contained[0].gender',
    'code-invalid',
  ],
  ['extension without url', patient({ extension: [{ valueString: 'x' }] }), 'Patient.extension[0]', 'required'],
  [
    'extension with value and extensions (ext-1)',
    patient({ extension: [{ url, valueString: 'x', extension: [{ url, valueString: 'y' }] }] }),
    'Patient.extension[0]',
    'invariant',
  ],
  ['extension with neither (ext-1)', patient({ extension: [{ url }] }), 'Patient.extension[0]', 'invariant'],
  ['extension with two values', patient({ extension: [{ url, valueString: 'x', valueCode: 'y' }] }), 'Patient.extension[0]', 'structure'],
  ['unknown element in a primitive extension', patient({ birthDate: '1980', _birthDate: { value: 'x' } }), 'Patient.birthDate.value', 'structure'],
  ['extension of what is no primitive', patient({ _name: [{ id: 'x' }] }), 'Patient._name', 'structure'],
  [
    'period that ends before it starts (per-1)',
    observation({ effectivePeriod: { start: '2020-02-01', end: '2020-01-01' } }),
    'Observation.effective',
    'invariant',
  ],
  [
    'range that is upside down (rng-2)',
    observation({ valueRange: { low: { value: 3, unit: 'a' }, high: { value: 2, unit: 'a' } } }),
    'Observation.value',
    'invariant',
  ],
  ['unit code without system (qty-3)', quantity({ value: 1, code: 'mg' }), 'Observation.value', 'invariant'],
  ['attachment without type (att-1)', patient({ photo: [{ data: 'YWJj' }] }), 'Patient.photo[0]', 'invariant'],
  ['contact point without system (cpt-2)', patient({ telecom: [{ value: '1' }] }), 'Patient.telecom[0]', 'invariant'],
  ['value and reason for its absence (obs-6)', observation({ valueString: 'x', dataAbsentReason: { text: 'y' } }), 'Observation', 'invariant'],
  [
    'component with the code of the whole (obs-7)',
    observation({ code: { coding: [{ code: 'a' }] }, valueString: 'x', component: [{ code: { coding: [{ code: 'a' }] }, valueString: 'y' }] }),
    'Observation',
    'invariant',
  ],
  ['empty reference range (obs-3)', observation({ referenceRange: [{ age: { low: { value: 1 } } }] }), 'Observation.referenceRange[0]', 'invariant'],
  ['patient contact without details (pat-1)', patient({ contact: [{ gender: 'male' }] }), 'Patient.contact[0]', 'invariant'],
  ['organisation without name (org-1)', { resourceType: 'Organization', active: true }, 'Organization', 'invariant'],
  [
    'home address of an organisation (org-2)',
    { resourceType: 'Organization', name: 'x', address: [{ use: 'home', city: 'y' }] },
    'Organization.address[0]',
    'invariant',
  ],
  [
    'resolved condition with active status (con-4)',
    {
      resourceType: 'Condition',
      subject: { reference: 'Patient/1' },
      abatementDateTime: '2020',
      clinicalStatus: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-clinical', code: 'active' }] },
    },
    'Condition',
    'invariant',
  ],
  [
    'allergy without clinical status (ait-1)',
    { resourceType: 'AllergyIntolerance', patient: { reference: 'Patient/1' } },
    'AllergyIntolerance',
    'invariant',
  ],
  [
    'batch entry without request (bdl-3)',
    { resourceType: 'Bundle', type: 'batch', entry: [{ resource: { resourceType: 'Patient' } }] },
    'Bundle',
    'invariant',
  ],
  [
    'fullUrl that is relative',
    { resourceType: 'Bundle', type: 'collection', entry: [{ fullUrl: 'Patient/1', resource: { resourceType: 'Patient' } }] },
    'Bundle.entry[0].fullUrl',
    'value',
  ],
  [
    'invalid resource in a bundle',
    { resourceType: 'Bundle', type: 'collection', entry: [{ resource: { resourceType: 'Patient', gender: 'x' } }] },
    'Bundle.entry[0].resource.gender',
    'code-invalid',
  ],
  [
    'resource without type in a bundle',
    { resourceType: 'Bundle', type: 'collection', entry: [{ resource: { id: '1' } }] },
    'Bundle.entry[0].resource',
    'structure',
  ],
  [
    'comparator on a SimpleQuantity (sqty-1)',
    {
      resourceType: 'MedicationRequest',
      status: 'active',
      intent: 'order',
      medicationCodeableConcept: { text: 'x' },
      subject: { reference: 'Patient/1' },
      dispenseRequest: { quantity: { value: 1, comparator: '<' } },
    },
    'MedicationRequest.dispenseRequest.quantity.comparator',
    'structure',
  ],
  [
    'negative duration (tim-4)',
    {
      resourceType: 'ServiceRequest',
      status: 'active',
      intent: 'order',
      subject: { reference: 'Patient/1' },
      occurrenceTiming: { repeat: { duration: -1, durationUnit: 'h' } },
    },
    'ServiceRequest.occurrence.repeat',
    'invariant',
  ],
  [
    'question group without items (que-1)',
    { resourceType: 'Questionnaire', status: 'draft', item: [{ linkId: '1', type: 'group' }] },
    'Questionnaire.item[0]',
    'invariant',
  ],
  [
    'linkId twice (que-2)',
    {
      resourceType: 'Questionnaire',
      status: 'draft',
      item: [
        { linkId: '1', type: 'string' },
        { linkId: '1', type: 'string' },
      ],
    },
    'Questionnaire',
    'invariant',
  ],
  ['narrative with a script', narrative('<script>alert(1)</script>'), 'Patient.text.div', 'invariant'],
  ['narrative with a handler', narrative('<p onclick="x()">a</p>'), 'Patient.text.div', 'invariant'],
  ['narrative with a script in a link', narrative('<a href="javascript:x()">a</a>'), 'Patient.text.div', 'invariant'],
  ['narrative that is not closed', narrative('<p>a'), 'Patient.text.div', 'invariant'],
  ['narrative with crossed tags', narrative('<b><i>a</b></i>'), 'Patient.text.div', 'invariant'],
  ['narrative with a form', narrative('<form>a</form>'), 'Patient.text.div', 'invariant'],
  ['narrative with an HTML entity', narrative('a&nbsp;b'), 'Patient.text.div', 'invariant'],
  ['narrative with a bare ampersand', narrative('a & b'), 'Patient.text.div', 'invariant'],
  ['narrative that is text', patient({ text: { status: 'generated', div: 'hello' } }), 'Patient.text.div', 'invariant'],
];

describe('validation', () => {
  test.each(valid)('accepts: %s', (_, resource) => {
    expect(validateResource(resource)).toEqual([]);
  });

  test.each(invalid)('refuses: %s', (_, resource, path, code) => {
    const errors = validateResource(resource).filter(({ severity }) => severity === 'error');
    expect(errors.length).toBeGreaterThan(0);
    expect(errors.map((issue) => `${issue.path} ${issue.code}`)).toContain(`${path} ${code}`);
    for (const issue of errors) expect(issue.message).toMatch(/^\S.*\.$/s);
  });

  test('an integer is written as one', () => {
    const [issue] = validateResource(unwrap(parseJson('{"resourceType":"Observation","status":"final","code":{"text":"x"},"valueInteger":1.0}')));
    expect(issue).toMatchObject({ path: 'Observation.value', code: 'value' });
    expect(validateResource(unwrap(parseJson('{"resourceType":"Observation","status":"final","code":{"text":"x"},"valueInteger":1}')))).toEqual([]);
  });

  test('an empty narrative is a warning', () => {
    expect(validateResource(narrative(' '))).toMatchObject([{ severity: 'warning', constraint: 'txt-1' }]);
    expect(validateResource(narrative('<img src="#a" alt="b"/>'))).toEqual([]);
  });

  test('the stated type must be the expected one', () => {
    expect(validateResource(patient({}), 'Observation')).toMatchObject([{ code: 'structure' }]);
    expect(validateResource(patient({}), 'Patient')).toEqual([]);
  });

  test('the number of issues is bounded', () => {
    expect(validateResource(patient({ name: Array.from({ length: 500 }, () => ({ family: '' })) })).length).toBe(100);
  });

  test('hostile sizes stay cheap', () => {
    const many = Array.from({ length: 20_000 }, (_, i) => ({ system: 'http://a', code: `c${i}` }));
    const contained = Array.from({ length: 5_000 }, (_, i) => ({ resourceType: 'Patient', id: `p${i}` }));
    const start = performance.now();
    validateResource(observation({ code: { coding: many }, valueString: 'x', component: [{ code: { coding: many }, valueString: 'y' }] }));
    validateResource(observation({ contained, focus: contained.map(({ id }) => ({ reference: `#${id}` })) }));
    validateResource(narrative(`<p${' '.repeat(200_000)}`));
    expect(performance.now() - start).toBeLessThan(5_000);
  });
});
