import type { Dictionary } from './dictionary.ts';
import { hubDe } from './de/hub.ts';
import { hubEn } from './en/hub.ts';

export const hubWords: Dictionary<typeof hubEn> = { en: hubEn, de: hubDe };
