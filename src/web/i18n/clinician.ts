import type { Dictionary } from './dictionary.ts';
import { clinicianDe } from './de/clinician.ts';
import { clinicianEn } from './en/clinician.ts';

export const clinicianWords: Dictionary<typeof clinicianEn> = { en: clinicianEn, de: clinicianDe };
