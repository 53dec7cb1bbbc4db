import type { Dictionary } from './dictionary.ts';
import { governanceDe } from './de/governance.ts';
import { governanceEn } from './en/governance.ts';

export const governanceWords: Dictionary<typeof governanceEn> = { en: governanceEn, de: governanceDe };
