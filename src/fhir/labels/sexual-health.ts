import { icd10, icd10cm, loinc, snomed, type LabelRule } from './model.ts';

const sexuallyTransmitted = ['A50', 'A51', 'A52', 'A53', 'A54', 'A55', 'A56', 'A57', 'A58', 'A59', 'A60', 'A63', 'A64'];
const reproductive = ['O04', 'Z33.2', 'Z30', 'Z32', 'Z64.0'];

export const sexualHealth: readonly LabelRule[] = [
  { label: 'STD', system: icd10, prefixes: sexuallyTransmitted },
  { label: 'STD', system: icd10cm, prefixes: sexuallyTransmitted },
  // Chlamydia, gonorrhoea, syphilis, genital herpes, trichomoniasis
  { label: 'STD', system: snomed, codes: ['240589008', '105629000', '15628003', '76272004', '33839006', '56335008', '8098009'] },
  { label: 'SEX', system: icd10, prefixes: reproductive },
  { label: 'SEX', system: icd10cm, prefixes: reproductive },
  // Termination of pregnancy, contraception (several methods), sterilisation, infertility
  {
    label: 'SEX',
    system: snomed,
    codes: [
      '386639001',
      '70317007',
      '386643002',
      '169553002',
      '65200003',
      '76601001',
      '169552007',
      '755621000000101',
      '287664005',
      '8619003',
      '6738008',
      '267253006',
      '156072005',
    ],
  },
  { label: 'SEX', system: loinc, codes: ['86645-9', '86647-5', '8659-5'] },
];
