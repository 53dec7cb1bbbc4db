import { useWords } from '../i18n/language.ts';
import { shellWords } from '../i18n/shell.ts';

/** When a page itself failed: a fault of ours, said as such. */
export function BrokenPage({ error }: { readonly error: unknown }) {
  const words = useWords(shellWords);
  return (
    <section className="notice harm" role="alert">
      <h1>{words['error.title']}</h1>
      <p>{words['error.unexpected']}</p>
      <p>{words['error.unexpectedHint']}</p>
      <p>
        <code>{error instanceof Error ? error.message : String(error)}</code>
      </p>
      <button type="button" className="button" onClick={() => location.reload()}>
        {words.retry}
      </button>
    </section>
  );
}
