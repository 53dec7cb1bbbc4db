import type { Dictionary } from './dictionary.ts';
import { explorerDe } from './de/explorer.ts';
import { explorerEn } from './en/explorer.ts';

export const explorerWords: Dictionary<typeof explorerEn> = { en: explorerEn, de: explorerDe };
