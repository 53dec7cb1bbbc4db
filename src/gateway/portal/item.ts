/** One record as one line of the timeline, in plain words. */
import type { Coded, TimelineItem, TimelineKind } from '../../contract/portal.ts';
import { asNumber, asObject, asText, at, firstText, numberAt, objectsOf, referenceAt, textAt, type Json } from './resource.ts';
import { nameInWords, quantityInWords, resultInWords, unitInWords, words } from './words.ts';

/** A timeline item without what depends on the node: proof and custodian. */
export interface DraftItem {
  readonly type: string;
  readonly id: string;
  readonly version: number;
  readonly sequence: number;
  readonly kind: TimelineKind;
  /** ISO 8601, as precise as the record. */
  readonly when: string;
  readonly title: string;
  readonly code: Coded | undefined;
  readonly detail: string | undefined;
  /** `status` or `clinicalStatus` as coded. */
  readonly status: string | undefined;
  readonly value: TimelineItem['value'] | undefined;
  readonly author: string | undefined;
  /** `Encounter/<id>`. */
  readonly visit: string | undefined;
}

const KINDS: Readonly<Record<string, TimelineKind>> = {
  Encounter: 'visit',
  Observation: 'result',
  DiagnosticReport: 'document',
  DocumentReference: 'document',
  Composition: 'document',
  ImagingStudy: 'document',
  Media: 'document',
  Condition: 'diagnosis',
  MedicationRequest: 'medication',
  MedicationStatement: 'medication',
  MedicationAdministration: 'medication',
  MedicationDispense: 'medication',
  Procedure: 'procedure',
  Immunization: 'immunization',
  AllergyIntolerance: 'allergy',
  CarePlan: 'plan',
  CareTeam: 'plan',
  Goal: 'plan',
  ServiceRequest: 'plan',
};

const kindOf = (type: string): TimelineKind => KINDS[type] ?? 'other';

const WHEN: readonly (readonly string[])[] = [
  ['effectiveDateTime'],
  ['effectivePeriod', 'start'],
  ['period', 'start'],
  ['performedDateTime'],
  ['performedPeriod', 'start'],
  ['occurrenceDateTime'],
  ['onsetDateTime'],
  ['authoredOn'],
  ['recordedDate'],
  ['started'],
  ['billablePeriod', 'start'],
  ['date'],
  ['startDate'],
  ['created'],
  ['issued'],
  ['effectiveInstant'],
  ['recorded'],
  ['meta', 'lastUpdated'],
];

const CODE: readonly string[] = ['code', 'medicationCodeableConcept', 'vaccineCode', 'type', 'description', 'category', 'class'];

function codeOf(resource: Json): Coded | undefined {
  for (const element of CODE) {
    const concept = asObject(at(resource, element));
    if (!concept) continue;
    const coding = asObject(at(concept, 'coding')) ?? (asText(concept['code']) === undefined ? undefined : concept);
    const code = asText(coding?.['code']);
    const system = asText(coding?.['system']);
    const text = asText(coding?.['display']) ?? asText(concept['text']) ?? code;
    if (text === undefined) continue;
    return {
      text: nameInWords(system, code, asText(concept['text']) ?? text),
      ...(code === undefined ? {} : { code }),
      ...(system === undefined ? {} : { system }),
    };
  }
  return undefined;
}

const unitOf = (quantity: unknown): string => unitInWords(textAt(quantity, 'code') ?? textAt(quantity, 'unit') ?? '');

function quantityValue(resource: Json): TimelineItem['value'] | undefined {
  const quantity = at(resource, 'valueQuantity');
  const number = numberAt(quantity, 'value');
  if (number === undefined) return undefined;
  const unit = unitOf(quantity);
  const low = numberAt(resource, 'referenceRange', 'low', 'value');
  const high = numberAt(resource, 'referenceRange', 'high', 'value');
  return {
    text: quantityInWords(number, unit),
    number,
    ...(unit === '' ? {} : { unit }),
    ...(low === undefined ? {} : { low }),
    ...(high === undefined ? {} : { high }),
  };
}

function valueOf(resource: Json): TimelineItem['value'] | undefined {
  const quantity = quantityValue(resource);
  if (quantity) return quantity;
  const components = objectsOf(resource['component']).flatMap(
    (component): readonly { code: string | undefined; name: string; text: string; number: number | undefined }[] => {
      const number = numberAt(component, 'valueQuantity', 'value');
      const code = codeOf(component);
      if (number !== undefined)
        return [{ code: code?.code, name: code?.text ?? '', text: quantityInWords(number, unitOf(at(component, 'valueQuantity'))), number }];
      const text = firstText(component, ['valueCodeableConcept', 'text'], ['valueCodeableConcept', 'coding', 'display'], ['valueString']);
      return text === undefined ? [] : [{ code: code?.code, name: code?.text ?? '', text, number: undefined }];
    },
  );
  const systolic = components.find(({ code }) => code === '8480-6')?.number;
  const diastolic = components.find(({ code }) => code === '8462-4')?.number;
  if (systolic !== undefined && diastolic !== undefined) return { text: `${Math.round(systolic)}/${Math.round(diastolic)} mmHg` };
  if (components.length > 0) return { text: words.component(components.map(({ name, text }) => `${name} ${text}`.trim())) };
  const text = firstText(resource, ['valueCodeableConcept', 'text'], ['valueCodeableConcept', 'coding', 'display'], ['valueString']);
  if (text !== undefined) return { text };
  const yes = at(resource, 'valueBoolean');
  const integer = asNumber(at(resource, 'valueInteger'));
  return typeof yes === 'boolean' ? { text: yes ? 'yes' : 'no' } : integer === undefined ? undefined : { text: String(integer), number: integer };
}

function statusInWords(resource: Json): string | undefined {
  const status = textAt(resource, 'status');
  return status === undefined ? undefined : words.status(status);
}

function detailOf(type: string, resource: Json, value: TimelineItem['value'] | undefined): string | undefined {
  if (value) return resultInWords(value.text, value.number, value.unit ?? '', value.low, value.high);
  switch (type) {
    case 'Condition': {
      const status = textAt(resource, 'clinicalStatus', 'coding', 'code');
      return status === undefined ? undefined : words.status(status);
    }
    case 'AllergyIntolerance':
      return firstText(resource, ['criticality'], ['clinicalStatus', 'coding', 'code'])?.replace('unable-to-assess', 'severity not known');
    case 'MedicationRequest':
      return firstText(resource, ['dosageInstruction', 'text'], ['status']);
    case 'Encounter':
      return firstText(resource, ['reasonCode', 'text'], ['reasonCode', 'coding', 'display'], ['serviceProvider', 'display']);
    case 'Procedure':
      return firstText(resource, ['reasonReference', 'display'], ['reasonCode', 'coding', 'display']) ?? statusInWords(resource);
    case 'DiagnosticReport':
      return firstText(resource, ['conclusion']) ?? statusInWords(resource);
    case 'Goal':
      return firstText(resource, ['lifecycleStatus']);
    default:
      return statusInWords(resource);
  }
}

const AUTHORS: readonly (readonly string[])[] = [
  ['performer', 'display'],
  ['performer', 'actor', 'display'],
  ['participant', 'individual', 'display'],
  ['requester', 'display'],
  ['recorder', 'display'],
  ['asserter', 'display'],
  ['author', 'display'],
  ['provider', 'display'],
];

/** Undefined for the records that say who and where, not what happened. */
export function itemOf(
  record: { readonly type: string; readonly id: string; readonly version: number; readonly sequence: number; readonly lastUpdated: number },
  resource: Json,
): DraftItem | undefined {
  const { type, id, version, sequence, lastUpdated } = record;
  if (type === 'Patient' || type === 'Practitioner' || type === 'Organization' || type === 'Location' || type === 'PractitionerRole')
    return undefined;
  const code = codeOf(resource);
  const value = type === 'Observation' ? valueOf(resource) : undefined;
  const when = firstText(resource, ...WHEN) ?? new Date(lastUpdated).toISOString();
  return {
    type,
    id,
    version,
    sequence,
    kind: kindOf(type),
    when,
    title: code?.text ?? firstText(resource, ['description', 'text'], ['description'], ['title']) ?? type.replace(/([a-z])([A-Z])/g, '$1 $2'),
    code,
    detail: detailOf(type, resource, value),
    status: firstText(resource, ['clinicalStatus', 'coding', 'code'], ['status']),
    value,
    author: firstText(resource, ...AUTHORS),
    visit:
      type === 'Encounter'
        ? undefined
        : (referenceAt(resource, 'encounter') ?? referenceAt(resource, 'context', 'encounter') ?? referenceAt(resource, 'context')),
  };
}
