import type { Dictionary } from './dictionary.ts';
import { dutyDe } from './de/duty.ts';
import { dutyEn } from './en/duty.ts';

export const dutyWords: Dictionary<typeof dutyEn> = { en: dutyEn, de: dutyDe };
