import { icd10, icd10cm, loinc, snomed, type LabelRule } from './model.ts';

/** What 42 CFR Part 2 may cover. Tobacco (F17) is not among it. */
const chapter = ['F10', 'F11', 'F12', 'F13', 'F14', 'F15', 'F16', 'F18', 'F19'];

export const substanceUse: readonly LabelRule[] = [
  { label: 'SUD', system: icd10, prefixes: chapter },
  { label: 'SUD', system: icd10cm, prefixes: chapter },
  // Drug abuse, alcohol dependence, alcoholism, opioid abuse and dependence, drug overdose, misuse, withdrawal, methadone and rehabilitation therapy
  {
    label: 'SUD',
    system: snomed,
    codes: [
      '26416006',
      '66590003',
      '7200002',
      '5602001',
      '75544000',
      '55680006',
      '361055000',
      '6525002',
      '449868002',
      '707536003',
      '191816009',
      '15167005',
      '266707007',
      '310653000',
      '385989002',
      '431855005',
    ],
  },
  // AUDIT, AUDIT-C, DAST-10, opioid and drug screens
  { label: 'SUD', system: loinc, codes: ['72110-0', '75626-2', '75624-7', '82666-9', '82667-7', '68524-8', '72109-2', '19295-5', '3879-4'] },
];
