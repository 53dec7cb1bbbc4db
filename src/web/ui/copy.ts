import { useState } from 'react';
import { useWords } from '../i18n/language.ts';
import { shellWords } from '../i18n/shell.ts';
import { useAnnounce } from './announce.tsx';

/** Copies text and says so; `label` turns into "Copied" for a moment. */
export function useCopy(): { readonly copy: (text: string) => void; readonly label: string } {
  const words = useWords(shellWords);
  const announce = useAnnounce();
  const [copied, setCopied] = useState(false);
  const copy = (text: string): void => {
    void navigator.clipboard?.writeText(text).then(() => {
      setCopied(true);
      announce(words.copied);
      setTimeout(() => setCopied(false), 2000);
    });
  };
  return { copy, label: copied ? words.copied : words.copy };
}
