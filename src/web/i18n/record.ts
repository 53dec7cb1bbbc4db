import type { Dictionary } from './dictionary.ts';
import { recordDe } from './de/record.ts';
import { recordEn } from './en/record.ts';

export const recordWords: Dictionary<typeof recordEn> = { en: recordEn, de: recordDe };
