/** The sentences of the access layer in English, in one place. What patients read about who looked is made here. */
import type { Action } from './request.ts';

const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'];

/** `3 March 2027` in UTC; `time` in milliseconds since 1970. */
export function dayInWords(time: number): string {
  const date = new Date(time);
  return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]} ${date.getUTCFullYear()}`;
}

/** Singular and plural of what a resource type is called by people. */
const TYPES: Readonly<Record<string, readonly [one: string, many: string]>> = {
  AllergyIntolerance: ['allergy', 'allergies'],
  AuditEvent: ['access log entry', 'access log entries'],
  CarePlan: ['care plan', 'care plans'],
  CareTeam: ['care team', 'care teams'],
  Claim: ['claim', 'claims'],
  Condition: ['diagnosis', 'diagnoses'],
  Consent: ['consent', 'consents'],
  Coverage: ['insurance cover', 'insurance covers'],
  Device: ['device', 'devices'],
  DiagnosticReport: ['report', 'reports'],
  DocumentReference: ['document', 'documents'],
  Encounter: ['visit', 'visits'],
  ExplanationOfBenefit: ['insurance statement', 'insurance statements'],
  Goal: ['goal', 'goals'],
  ImagingStudy: ['imaging study', 'imaging studies'],
  Immunization: ['vaccination', 'vaccinations'],
  Location: ['place', 'places'],
  Medication: ['medicine', 'medicines'],
  MedicationAdministration: ['dose given', 'doses given'],
  MedicationRequest: ['prescription', 'prescriptions'],
  Observation: ['result', 'results'],
  Organization: ['organisation', 'organisations'],
  Patient: ['personal details entry', 'personal details entries'],
  Practitioner: ['practitioner', 'practitioners'],
  Procedure: ['procedure', 'procedures'],
  ServiceRequest: ['order', 'orders'],
};

const MAX_NAMED_TYPES = 4;

/** `3 results and 1 visit`; larger counts first, the tail summed up. */
export function countsInWords(counts: Readonly<Record<string, number>>): string {
  const all = Object.entries(counts).filter(([, count]) => count > 0);
  if (all.length === 0) return 'no records';
  const sorted = all.toSorted(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
  const parts = sorted.slice(0, MAX_NAMED_TYPES).map(([type, count]) => {
    const [one, many] = TYPES[type] ?? [`${type} record`, `${type} records`];
    return `${count} ${count === 1 ? one : many}`;
  });
  const rest = sorted.slice(MAX_NAMED_TYPES).reduce((sum, [, count]) => sum + count, 0);
  if (rest > 0) parts.push(`${rest} other ${rest === 1 ? 'record' : 'records'}`);
  return parts.length === 1 ? parts[0]! : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
}

const VERBS: Readonly<Record<Action, readonly [done: string, tried: string]>> = {
  read: ['Read', 'Tried to read'],
  search: ['Looked up', 'Tried to look up'],
  history: ['Read earlier versions of', 'Tried to read earlier versions of'],
  export: ['Exported', 'Tried to export'],
  prove: ['Checked the proof of', 'Tried to check the proof of'],
  create: ['Added', 'Tried to add'],
  update: ['Changed', 'Tried to change'],
  delete: ['Removed', 'Tried to remove'],
  'see-accesses': ['Looked at who used the record', 'Tried to look at who used the record'],
  'see-shares': ['Looked at what is shared', 'Tried to look at what is shared'],
  'change-shares': ['Changed what is shared', 'Tried to change what is shared'],
  'ask-access': ['Asked for access to the record', 'Tried to ask for access to the record'],
  'see-node': ['Looked at the state of the system', 'Tried to look at the state of the system'],
  verify: ['Verified the stored records', 'Tried to verify the stored records'],
  heal: ['Repaired stored records', 'Tried to repair stored records'],
  withdraw: ['Withdrew', 'Tried to withdraw'],
};

/** `Looked up 3 results`; a refusal says what was tried. */
export function actionInWords(action: Action, counts: Readonly<Record<string, number>>, released: boolean): string {
  const verb = VERBS[action][released ? 0 : 1];
  const countable = ['read', 'search', 'history', 'export', 'prove', 'create', 'update', 'delete', 'withdraw'].includes(action);
  if (!countable) return verb;
  if (!released && Object.keys(counts).length === 0) return `${verb} the record`;
  return `${verb} ${countsInWords(counts)}`;
}
