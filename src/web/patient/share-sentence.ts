/** A share as one sentence in the reader's language, made from its parts. */
import type { Share, ShareCategory } from '../../contract/portal.ts';
import type { Translation } from '../i18n/dictionary.ts';
import type { patientEn } from '../i18n/en/patient.ts';
import { formatDay } from '../time/format.ts';

type Words = Translation<typeof patientEn>;

export function whatWords(categories: readonly ShareCategory[], words: Words): string {
  if (categories.includes('everything')) return words['what.everything'];
  const parts = categories.map((category) => words[`what.${category}`]);
  return parts.length < 2 ? (parts[0] ?? '') : `${parts.slice(0, -1).join(', ')} ${words.and} ${parts.at(-1)}`;
}

export function shareSentence(
  share: Pick<Share, 'organisation' | 'categories' | 'purpose' | 'until' | 'state'>,
  words: Words,
  language: string,
): string {
  const what = whatWords(share.categories, words);
  const purpose = words[`purpose.${share.purpose}`];
  if (share.state !== 'active') return words.sentencePast(share.organisation.name, what, purpose);
  return words.sentence(share.organisation.name, what, purpose, formatDay(share.until.slice(0, 10), { language }));
}
