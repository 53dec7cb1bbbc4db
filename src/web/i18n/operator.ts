import type { Dictionary } from './dictionary.ts';
import { operatorDe } from './de/operator.ts';
import { operatorEn } from './en/operator.ts';

export const operatorWords: Dictionary<typeof operatorEn> = { en: operatorEn, de: operatorDe };
