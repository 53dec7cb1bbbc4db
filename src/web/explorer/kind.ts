import { useWords } from '../i18n/language.ts';
import { hubWords } from '../i18n/hub.ts';
import type { hubEn } from '../i18n/en/hub.ts';

/** The kind of an organisation in words; an unknown one as the ledger says it. */
export function useKindWords(): (kind: string) => string {
  const words = useWords(hubWords);
  return (kind) => (`kind.${kind}` in words ? (words[`kind.${kind}` as keyof typeof hubEn] as string) : kind);
}
