import type { Dictionary } from './dictionary.ts';
import { runbooksDe } from './de/runbooks.ts';
import { runbooksEn } from './en/runbooks.ts';

export const runbookWords: Dictionary<typeof runbooksEn> = { en: runbooksEn, de: runbooksDe };
