import type { Dictionary } from './dictionary.ts';
import { shellDe } from './de/shell.ts';
import { shellEn } from './en/shell.ts';

export const shellWords: Dictionary<typeof shellEn> = { en: shellEn, de: shellDe };
