import { Link } from '@tanstack/react-router';
import { useLanguage, useWords } from '../i18n/language.ts';
import { explorerWords } from '../i18n/explorer.ts';
import { Moment } from '../ui/time.tsx';

/** When something came onto the ledger, and in which block. */
export function AtBlock({ at }: { readonly at: { readonly height: number; readonly time: string } }) {
  const words = useWords(explorerWords);
  const language = useLanguage();
  return (
    <>
      <Moment iso={at.time} seconds />{' '}
      <Link to="/explorer/blocks/$height" params={{ height: String(at.height) }}>
        {words.atBlock(at.height.toLocaleString(language))}
      </Link>
    </>
  );
}
