import type { Dictionary } from './dictionary.ts';
import { proofDe } from './de/proof.ts';
import { proofEn } from './en/proof.ts';

export const proofWords: Dictionary<typeof proofEn> = { en: proofEn, de: proofDe };
