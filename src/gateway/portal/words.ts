/** The sentences of the portal's server side in English, in one place. */
import { dayInWords } from '../../access/words.ts';

const UNITS: Readonly<Record<string, string>> = {
  'mm[Hg]': 'mmHg',
  'kg/m2': 'kg/m²',
  '/min': 'per minute',
  '{score}': '',
  '{nominal}': '',
  '1': '',
  '10*3/uL': '×10³/µL',
  '10*6/uL': '×10⁶/µL',
  Cel: '°C',
  'mL/min/{1.73_m2}': 'mL/min/1.73 m²',
  'mL/min': 'mL/min',
  'ug/L': 'µg/L',
  'ug/dL': 'µg/dL',
  uL: 'µL',
  '{#}': '',
};

export const unitInWords = (unit: string): string => UNITS[unit] ?? unit;

/** Names for people, by LOINC code; others keep the name that the record gives. */
const LOINC: Readonly<Record<string, string>> = {
  '4548-4': 'Hemoglobin A1c',
  '8302-2': 'Body height',
  '29463-7': 'Body weight',
  '39156-5': 'Body mass index',
  '85354-9': 'Blood pressure',
  '55284-4': 'Blood pressure',
  '8480-6': 'Systolic blood pressure',
  '8462-4': 'Diastolic blood pressure',
  '8867-4': 'Heart rate',
  '9279-1': 'Respiratory rate',
  '8310-5': 'Body temperature',
  '2708-6': 'Oxygen saturation',
  '2339-0': 'Glucose',
  '2345-7': 'Glucose',
  '2093-3': 'Total cholesterol',
  '2085-9': 'HDL cholesterol',
  '18262-6': 'LDL cholesterol',
  '13457-7': 'LDL cholesterol',
  '2571-8': 'Triglycerides',
  '38483-4': 'Creatinine',
  '2160-0': 'Creatinine',
  '33914-3': 'Kidney function (eGFR)',
  '6299-2': 'Urea nitrogen',
  '3094-0': 'Urea nitrogen',
  '2947-0': 'Sodium',
  '2951-2': 'Sodium',
  '6298-4': 'Potassium',
  '2823-3': 'Potassium',
  '2069-3': 'Chloride',
  '2075-0': 'Chloride',
  '49765-1': 'Calcium',
  '17861-6': 'Calcium',
  '718-7': 'Hemoglobin',
  '4544-3': 'Hematocrit',
  '6690-2': 'White blood cells',
  '789-8': 'Red blood cells',
  '777-3': 'Platelets',
  '72514-3': 'Pain (0 to 10)',
  '72166-2': 'Tobacco smoking',
  '14959-1': 'Albumin in urine',
};

/** Display of a code for people: without the suffixes that terminologies add. */
export function nameInWords(system: string | undefined, code: string | undefined, text: string): string {
  const known = system === 'http://loinc.org' && code !== undefined ? LOINC[code] : undefined;
  return known ?? text.replace(/ \((disorder|finding|procedure|situation|regime\/therapy|observable entity|event|morphologic abnormality)\)$/, '');
}

const number = (value: number): string => (Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(4))));

export const quantityInWords = (value: number, unit: string): string => `${number(value)}${unit === '' ? '' : unit === '%' ? ' %' : ` ${unit}`}`;

/** "6.1 %, above the reference range of 4.0–5.6 %". */
export function resultInWords(text: string, value: number | undefined, unit: string, low: number | undefined, high: number | undefined): string {
  if (value === undefined || (low === undefined && high === undefined)) return text;
  const suffix = unit === '' ? '' : ` ${unit}`;
  const range =
    low !== undefined && high !== undefined
      ? `${number(low)}–${number(high)}${suffix}`
      : low !== undefined
        ? `${number(low)}${suffix} or more`
        : `up to ${number(high!)}${suffix}`;
  if (low !== undefined && value < low) return `${text}, below the reference range of ${range}`;
  if (high !== undefined && value > high) return `${text}, above the reference range of ${range}`;
  return `${text}, within the reference range of ${range}`;
}

export const words = {
  ownRecord: 'This is your own record.',
  ownPatient: (organisation: string) => `A patient of ${organisation}.`,
  sharedUntil: (until: number) => `Shared with you until ${dayInWords(until - 1)}.`,
  openedRecord: 'Opened the record',
  openedCopy: 'Opened their copy of the record',
  timeline: (counts: string) => `Read ${counts}`,
  ownAccesses: 'Looked at who used the record',
  listed: 'Looked at the list of patients',
  exported: (count: number) => `Exported the whole record: ${count} entries`,
  proof: 'Downloaded a receipt of one entry',
  content: 'Checked the content of one entry',
  previewed: 'Previewed what a share would show',
  noName: 'Unnamed',
  /** What goes without saying (a result is final, a document current) is not said. */
  status: (status: string) => (['final', 'completed', 'current', 'finished'].includes(status) ? undefined : status.replaceAll('-', ' ')),
  since: (day: string) => `since ${day}`,
  component: (parts: readonly string[]) => parts.join(', '),
  roles: {
    patient: 'Patient',
    clinician: 'Clinician',
    'privacy-officer': 'Privacy officer',
    operator: 'Operator',
    system: 'Computer system',
  } as Readonly<Record<string, string>>,
} as const;
