import type { TimelineItem } from '../../contract/portal.ts';
import type { Translation } from '../i18n/dictionary.ts';
import type { recordEn } from '../i18n/en/record.ts';

/** "usual range 4 to 5.6": the reference range in words; undefined without one. */
export function rangeWords(value: TimelineItem['value'], words: Translation<typeof recordEn>, language: string): string | undefined {
  const number = (n: number): string => n.toLocaleString(language);
  if (value?.low !== undefined && value.high !== undefined) return words['range.between'](number(value.low), number(value.high));
  if (value?.high !== undefined) return words['range.upTo'](number(value.high));
  return value?.low === undefined ? undefined : words['range.from'](number(value.low));
}
