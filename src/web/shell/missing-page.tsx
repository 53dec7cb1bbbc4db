import { Link } from '@tanstack/react-router';
import { useWords } from '../i18n/language.ts';
import { shellWords } from '../i18n/shell.ts';
import { Page } from '../ui/page.tsx';

export function MissingPage() {
  const words = useWords(shellWords);
  return (
    <Page title={words['missing.title']} lead={words['missing.text']}>
      <Link to="/" className="button primary">
        {words['missing.action']}
      </Link>
    </Page>
  );
}
