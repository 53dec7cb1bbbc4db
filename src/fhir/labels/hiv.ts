import { icd10, icd10cm, loinc, snomed, type LabelRule } from './model.ts';

export const hiv: readonly LabelRule[] = [
  { label: 'HIV', system: icd10, prefixes: ['B20', 'B21', 'B22', 'B23', 'B24', 'Z21', 'R75'] },
  { label: 'HIV', system: icd10cm, prefixes: ['B20', 'B97.35', 'Z21', 'R75', 'O98.7'] },
  { label: 'HIV', system: snomed, codes: ['86406008', '62479008', '165816005', '91947003', '315124004', '171121004'] },
  // HIV antibody, antigen, viral load, CD4 with HIV
  {
    label: 'HIV',
    system: loinc,
    codes: ['75622-1', '24012-7', '56888-1', '29893-5', '7917-8', '68961-2', '20447-9', '25836-8', '70241-5', '89374-3'],
  },
];
