/** From a story to FHIR R4 resources: small builders, one per resource type. */
import type {
  AllergyIntolerance,
  Bundle,
  CodeableConcept,
  Condition,
  DiagnosticReport,
  DocumentReference,
  Encounter,
  Immunization,
  MedicationRequest,
  Meta,
  Observation,
  Patient,
  Procedure,
  Quantity,
  Reference,
  Resource,
} from '@medplum/fhirtypes';
import { toBase64Url, utf8 } from '../base/bytes.ts';
import { diagnoses, medicines, procedures, systems, vaccines, type Sensitivity } from './catalogue.ts';
import { dateText, timeText, type Day } from './days.ts';
import { measurements, panels, type Measurement, type MeasurementName } from './measurements.ts';
import type { Person } from './person.ts';
import type { Random } from './random.ts';
import type { Visit, VisitKind } from './story.ts';

export interface Author {
  readonly id: string;
  readonly display: string;
}

/** What every resource of one patient at one organisation shares. */
export interface Chart {
  readonly patientId: string;
  readonly person: Person;
  readonly organisation: { readonly id: string; readonly name: string };
  readonly authors: readonly Author[];
  readonly ids: Random;
}

const concept = (system: string, code: string, text: string): CodeableConcept => ({ coding: [{ system, code, display: text }], text });

const coded = (system: string, code: string): CodeableConcept => ({ coding: [{ system, code }] });

const restricted = (sensitive: Sensitivity | undefined): { meta: Meta } | undefined =>
  sensitive && {
    meta: {
      security: [
        { system: systems.confidentiality, code: 'R' },
        { system: systems.actCode, code: sensitive },
      ],
    },
  };

const subject = (chart: Chart): Reference<Patient> => ({
  reference: `Patient/${chart.patientId}`,
  display: `${chart.person.given} ${chart.person.family}`,
});

const by = (author: Author): { reference: string; display: string } => ({ reference: `Practitioner/${author.id}`, display: author.display });

const rounded = (value: number, digits: number): number => Number(value.toFixed(digits));

function quantity(measurement: Measurement, value: number): Quantity {
  return { value: rounded(value, measurement.digits), unit: measurement.unit, system: systems.ucum, code: measurement.ucum };
}

function range(measurement: Measurement): Pick<Observation, 'referenceRange'> {
  const { low, high } = measurement;
  if (low === undefined && high === undefined) return {};
  const limit = (value: number): Quantity => ({ value, unit: measurement.unit, system: systems.ucum, code: measurement.ucum });
  return { referenceRange: [{ ...(low === undefined ? {} : { low: limit(low) }), ...(high === undefined ? {} : { high: limit(high) }) }] };
}

function interpretation(measurement: Measurement, value: number): Pick<Observation, 'interpretation'> {
  const { low, high } = measurement;
  if (low === undefined && high === undefined) return {};
  const code = high !== undefined && value > high ? 'H' : low !== undefined && value < low ? 'L' : 'N';
  return { interpretation: [coded('http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation', code)] };
}

export function patientResource(chart: Chart, recordNumber: string): Patient {
  const { person, organisation } = chart;
  return {
    resourceType: 'Patient',
    id: chart.patientId,
    identifier: [
      {
        use: 'usual',
        type: concept('http://terminology.hl7.org/CodeSystem/v2-0203', 'MR', 'Medical record number'),
        system: `https://${organisation.id}.example/record-number`,
        value: recordNumber,
      },
    ],
    active: true,
    name: [{ use: 'official', family: person.family, given: [person.given] }],
    telecom: [{ system: 'phone', value: person.phone, use: 'home' }],
    gender: person.sex,
    birthDate: dateText(person.born),
    address: [
      { use: 'home', line: [person.street], city: person.town.city, state: person.town.state, postalCode: person.town.postalCode, country: 'US' },
    ],
    managingOrganization: { reference: `Organization/${organisation.id}`, display: organisation.name },
  };
}

const classes: Record<VisitKind, { code: string; display: string }> = {
  'check-up': { code: 'AMB', display: 'ambulatory' },
  'follow-up': { code: 'AMB', display: 'ambulatory' },
  complaint: { code: 'AMB', display: 'ambulatory' },
  telephone: { code: 'VR', display: 'virtual' },
  emergency: { code: 'EMER', display: 'emergency' },
  'hospital-stay': { code: 'IMP', display: 'inpatient encounter' },
};

/** Everything one visit left behind, the encounter first. */
export function visitResources(chart: Chart, visit: Visit, author: Author): readonly Resource[] {
  const sensitive = visit.about === undefined ? undefined : (diagnoses[visit.about] as { sensitive?: Sensitivity }).sensitive;
  const when = timeText(visit.day, visit.minute);
  const encounterId = chart.ids.uuid();
  const encounter: Encounter = {
    resourceType: 'Encounter',
    id: encounterId,
    ...restricted(sensitive),
    status: 'finished',
    class: { system: systems.actCode, ...classes[visit.kind] },
    type: [{ text: visit.reason }],
    subject: subject(chart),
    participant: [{ individual: by(author) }],
    period: { start: when, end: timeText(visit.day, visit.minute + visit.minutes) },
    reasonCode: [{ text: visit.reason }],
    serviceProvider: { reference: `Organization/${chart.organisation.id}`, display: chart.organisation.name },
  };
  const inVisit = { encounter: { reference: `Encounter/${encounterId}` } };
  const list: Resource[] = [encounter];

  const observation = (name: MeasurementName, value: number): Observation => {
    const measurement = measurements[name];
    return {
      resourceType: 'Observation',
      id: chart.ids.uuid(),
      status: 'final',
      category: [coded('http://terminology.hl7.org/CodeSystem/observation-category', measurement.category)],
      code: concept(systems.loinc, measurement.loinc, measurement.title),
      subject: subject(chart),
      ...inVisit,
      effectiveDateTime: when,
      issued: timeText(visit.day, visit.minute + 20),
      performer: [by(author)],
      valueQuantity: quantity(measurement, value),
      ...interpretation(measurement, value),
      ...range(measurement),
    };
  };

  const { systolic, diastolic, ...vitals } = visit.vitals;
  for (const [name, value] of Object.entries(vitals)) list.push(observation(name as MeasurementName, value));
  if (systolic !== undefined && diastolic !== undefined) list.push(bloodPressure(chart, systolic, diastolic, when, inVisit, author));

  for (const { panel, values } of visit.panels) {
    const members = Object.entries(values).map(([name, value]) => observation(name as MeasurementName, value));
    const report: DiagnosticReport = {
      resourceType: 'DiagnosticReport',
      id: chart.ids.uuid(),
      status: 'final',
      category: [coded('http://terminology.hl7.org/CodeSystem/v2-0074', 'LAB')],
      code: concept(systems.loinc, panels[panel].loinc, panels[panel].title),
      subject: subject(chart),
      ...inVisit,
      effectiveDateTime: when,
      issued: timeText(visit.day, visit.minute + 240),
      performer: [{ reference: `Organization/${chart.organisation.id}`, display: chart.organisation.name }],
      result: members.map((member) => ({ reference: `Observation/${member.id}`, display: member.code.text! })),
    };
    list.push(...members, report);
  }

  const conditions = new Map<string, string>();
  for (const { diagnosis, until } of visit.diagnosed) {
    const entry: { code: string; title: string; sensitive?: Sensitivity } = diagnoses[diagnosis];
    const condition: Condition = {
      resourceType: 'Condition',
      id: chart.ids.uuid(),
      ...restricted(entry.sensitive),
      clinicalStatus: coded('http://terminology.hl7.org/CodeSystem/condition-clinical', until === undefined ? 'active' : 'resolved'),
      verificationStatus: coded('http://terminology.hl7.org/CodeSystem/condition-ver-status', 'confirmed'),
      category: [
        coded('http://terminology.hl7.org/CodeSystem/condition-category', until === undefined ? 'problem-list-item' : 'encounter-diagnosis'),
      ],
      code: concept(systems.icd10cm, entry.code, entry.title),
      subject: subject(chart),
      ...inVisit,
      onsetDateTime: dateText(visit.day),
      ...(until === undefined ? {} : { abatementDateTime: dateText(until) }),
      recordedDate: dateText(visit.day),
      recorder: by(author),
    };
    conditions.set(diagnosis, condition.id!);
    list.push(condition);
  }
  for (const entry of visit.prescribed) list.push(prescription(chart, visit, entry, conditions.get(entry.for), inVisit, author));
  for (const name of visit.vaccinated) list.push(immunization(chart, name, when, inVisit, author));
  for (const name of visit.procedures) {
    const procedure: Procedure = {
      resourceType: 'Procedure',
      id: chart.ids.uuid(),
      status: 'completed',
      code: concept(systems.icd10pcs, procedures[name].code, procedures[name].title),
      subject: subject(chart),
      ...inVisit,
      performedPeriod: { start: timeText(visit.day, visit.minute + 60), end: timeText(visit.day, visit.minute + 150) },
      performer: [{ actor: by(author) }],
    };
    list.push(procedure);
  }
  for (const allergy of visit.allergies) {
    const intolerance: AllergyIntolerance = {
      resourceType: 'AllergyIntolerance',
      id: chart.ids.uuid(),
      clinicalStatus: coded('http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical', 'active'),
      verificationStatus: coded('http://terminology.hl7.org/CodeSystem/allergyintolerance-verification', 'confirmed'),
      type: 'allergy',
      category: [allergy.category],
      criticality: allergy.severity === 'severe' ? 'high' : 'low',
      code: concept(systems.rxnorm, allergy.code, allergy.title),
      patient: subject(chart),
      recordedDate: dateText(visit.day),
      recorder: by(author),
      reaction: [{ manifestation: [{ text: allergy.reaction }], severity: allergy.severity }],
    };
    list.push(intolerance);
  }
  list.push(noteDocument(chart, visit, when, encounterId, sensitive, author));
  return list;
}

type InVisit = { encounter: Reference<Encounter> };

function bloodPressure(chart: Chart, systolic: number, diastolic: number, when: string, inVisit: InVisit, author: Author): Observation {
  const part = (name: 'systolic' | 'diastolic', value: number): NonNullable<Observation['component']>[number] => ({
    code: concept(systems.loinc, measurements[name].loinc, measurements[name].title),
    valueQuantity: quantity(measurements[name], value),
    ...interpretation(measurements[name], value),
    ...range(measurements[name]),
  });
  return {
    resourceType: 'Observation',
    id: chart.ids.uuid(),
    status: 'final',
    category: [coded('http://terminology.hl7.org/CodeSystem/observation-category', 'vital-signs')],
    code: concept(systems.loinc, '85354-9', 'Blood pressure'),
    subject: subject(chart),
    ...inVisit,
    effectiveDateTime: when,
    performer: [by(author)],
    component: [part('systolic', systolic), part('diastolic', diastolic)],
  };
}

function prescription(
  chart: Chart,
  visit: Visit,
  entry: Visit['prescribed'][number],
  condition: string | undefined,
  inVisit: InVisit,
  author: Author,
): MedicationRequest {
  const medicine: { code: string; title: string; dose: string; sensitive?: Sensitivity } = medicines[entry.medicine];
  const end: Day | undefined = entry.days === undefined ? undefined : visit.day + entry.days;
  return {
    resourceType: 'MedicationRequest',
    id: chart.ids.uuid(),
    ...restricted(medicine.sensitive),
    status: end === undefined ? 'active' : 'completed',
    intent: 'order',
    medicationCodeableConcept: concept(systems.rxnorm, medicine.code, medicine.title),
    subject: subject(chart),
    ...inVisit,
    authoredOn: timeText(visit.day, visit.minute + 15),
    requester: by(author),
    ...(condition === undefined ? {} : { reasonReference: [{ reference: `Condition/${condition}` }] }),
    dosageInstruction: [
      {
        text: medicine.dose,
        ...(end === undefined ? {} : { timing: { repeat: { boundsPeriod: { start: dateText(visit.day), end: dateText(end) } } } }),
      },
    ],
  };
}

function immunization(chart: Chart, name: keyof typeof vaccines, when: string, inVisit: InVisit, author: Author): Immunization {
  return {
    resourceType: 'Immunization',
    id: chart.ids.uuid(),
    status: 'completed',
    vaccineCode: concept(systems.cvx, vaccines[name].code, vaccines[name].title),
    patient: subject(chart),
    ...inVisit,
    occurrenceDateTime: when,
    primarySource: true,
    lotNumber: `L${chart.ids.int(10_000, 99_999)}`,
    performer: [{ actor: by(author) }],
  };
}

function noteDocument(
  chart: Chart,
  visit: Visit,
  when: string,
  encounterId: string,
  sensitive: Sensitivity | undefined,
  author: Author,
): DocumentReference {
  const text = `${visit.reason}\n${dateText(visit.day)}, ${chart.organisation.name}\n\n${visit.note}\n\n${author.display}\n`;
  const base64 = toBase64Url(utf8(text)).replaceAll('-', '+').replaceAll('_', '/');
  return {
    resourceType: 'DocumentReference',
    id: chart.ids.uuid(),
    ...restricted(sensitive),
    status: 'current',
    type:
      visit.kind === 'hospital-stay' ? concept(systems.loinc, '18842-5', 'Discharge summary') : concept(systems.loinc, '11506-3', 'Progress note'),
    category: [{ coding: [{ system: 'http://hl7.org/fhir/us/core/CodeSystem/us-core-documentreference-category', code: 'clinical-note' }] }],
    subject: subject(chart),
    date: when,
    author: [by(author)],
    description: visit.reason,
    content: [
      {
        attachment: {
          contentType: 'text/plain; charset=utf-8',
          data: base64.padEnd(Math.ceil(base64.length / 4) * 4, '='),
          title: visit.reason,
          creation: when,
        },
      },
    ],
    context: { encounter: [{ reference: `Encounter/${encounterId}` }] },
  };
}

/** A transaction that stores the resources under their own ids: sending it again changes nothing but version numbers. */
export const transactionOf = (resources: readonly Resource[]): Bundle => ({
  resourceType: 'Bundle',
  type: 'transaction',
  entry: resources.map((resource) => ({
    fullUrl: `urn:uuid:${resource.id}`,
    resource: resource as never,
    request: { method: 'PUT', url: `${resource.resourceType}/${resource.id}` },
  })),
});
