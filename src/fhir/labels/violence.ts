import { icd10, icd10cm, snomed, type LabelRule } from './model.ts';

/** Abuse and violence: known to the wrong reader, the record itself is a danger. */
export const violence: readonly LabelRule[] = [
  { label: 'SDV', system: icd10, prefixes: ['T74', 'Y06', 'Y07'] },
  { label: 'SDV', system: icd10cm, prefixes: ['T74', 'T76', 'Y07'] },
  { label: 'SDV', system: snomed, codes: ['706893006', '371772001', '95930005', '225826002', '95922009', '248110007', '431027007'] },
];
