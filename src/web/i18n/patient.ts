import type { Dictionary } from './dictionary.ts';
import { patientDe } from './de/patient.ts';
import { patientEn } from './en/patient.ts';

export const patientWords: Dictionary<typeof patientEn> = { en: patientEn, de: patientDe };
