import { icd10, icd10cm, loinc, snomed, type LabelRule } from './model.ts';

/** Chapter V of ICD-10 but for F10–F19 (substance use), and single codes that say the same. */
const chapter = ['F0', 'F2', 'F3', 'F4', 'F5', 'F6', 'F7', 'F8', 'F9'];

export const mentalHealth: readonly LabelRule[] = [
  { label: 'MH', system: icd10, prefixes: chapter },
  { label: 'MH', system: icd10cm, prefixes: chapter },
  // Depression, major depression (single and recurrent), anxiety, PTSD, bipolar, schizophrenia, suicidal thoughts, self-harm
  {
    label: 'MH',
    system: snomed,
    codes: [
      '35489007',
      '370143000',
      '36923009',
      '66344007',
      '80583007',
      '48694002',
      '197480006',
      '47505003',
      '231504006',
      '13746004',
      '58214004',
      '6471006',
      '248062006',
      '82313006',
      '313182004',
    ],
  },
  // PHQ-2, PHQ-9, GAD-7, suicide risk
  { label: 'MH', system: loinc, codes: ['55758-7', '44249-1', '44261-6', '69737-5', '70274-6', '89204-2'] },
];
