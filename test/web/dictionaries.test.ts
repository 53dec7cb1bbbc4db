/** The compiler keeps the keys complete; this keeps the translation a translation. */
import { describe, expect, it } from 'vitest';
import type { Dictionary, Words } from '../../src/web/i18n/dictionary.ts';
import { clinicianWords } from '../../src/web/i18n/clinician.ts';
import { dutyWords } from '../../src/web/i18n/duty.ts';
import { explorerWords } from '../../src/web/i18n/explorer.ts';
import { hubWords } from '../../src/web/i18n/hub.ts';
import { operatorWords } from '../../src/web/i18n/operator.ts';
import { patientWords } from '../../src/web/i18n/patient.ts';
import { proofWords } from '../../src/web/i18n/proof.ts';
import { recordWords } from '../../src/web/i18n/record.ts';
import { runbookWords } from '../../src/web/i18n/runbooks.ts';
import { shellWords } from '../../src/web/i18n/shell.ts';

const dictionaries: Readonly<Record<string, Dictionary<Words>>> = {
  clinicianWords,
  dutyWords,
  explorerWords,
  hubWords,
  operatorWords,
  patientWords,
  proofWords,
  recordWords,
  runbookWords,
  shellWords,
};

/** The same in both languages, rightly. */
const international = new Set(['Block', 'Hash', 'Code', 'Name', 'Live', 'Sponsor', 'Block 1', 'Organisation']);

const said = (entry: Words[string] | undefined): string =>
  typeof entry === 'function' ? (entry as (...parameters: unknown[]) => string)(1, 1, 1, 1, 1) : (entry ?? '');

describe.each(Object.entries(dictionaries))('%s', (_name, { en, de }) => {
  it('says everything in both languages', () => {
    expect(Object.keys(de).toSorted()).toEqual(Object.keys(en).toSorted());
    for (const [key, entry] of Object.entries(en)) {
      expect(said(entry), key).not.toBe('');
      expect(said(de[key]), key).not.toBe('');
    }
  });

  it('is translated, not copied', () => {
    const words = (text: string): boolean => /\p{L}{3}/u.test(text) && !international.has(text);
    const copied = Object.entries(en).filter(([key, entry]) => words(said(entry)) && said(entry) === said(de[key]));
    expect(copied.map(([key]) => key)).toEqual([]);
  });
});
