import type { ReactNode } from 'react';
import { ApiError } from '../api/http.ts';
import { useWords } from '../i18n/language.ts';
import { shellWords } from '../i18n/shell.ts';

/** What could not be done: the cause, the next step, the code. */
export function ErrorNotice({ error, retry }: { readonly error: Error; readonly retry?: () => void }) {
  const words = useWords(shellWords);
  const known = error instanceof ApiError;
  return (
    <section className="notice harm" role="alert">
      <h2>{words['error.title']}</h2>
      <dl>
        <dt>{words['error.cause']}</dt>
        <dd>{known ? error.message : words['error.unexpected']}</dd>
        <dt>{words['error.next']}</dt>
        <dd>{known && error.hint !== '' ? error.hint : words['error.unexpectedHint']}</dd>
        <dt>{words['error.code']}</dt>
        <dd>
          <code>{known ? error.code : error.message}</code>
        </dd>
      </dl>
      {retry !== undefined && (
        <button type="button" className="button small" onClick={retry}>
          {words.retry}
        </button>
      )}
    </section>
  );
}

/** Nothing here yet: what will appear, and how to make it so. */
export function Empty({ title, text, action }: { readonly title: string; readonly text: string; readonly action?: ReactNode }) {
  return (
    <section className="empty">
      <h2>{title}</h2>
      <p>{text}</p>
      {action}
    </section>
  );
}

/** Holds the place of a list; stays invisible for 300 ms. */
export function Skeleton({ lines = 4 }: { readonly lines?: number }) {
  const words = useWords(shellWords);
  return (
    <div className="skeleton" role="status">
      <span className="unseen">{words.loading}</span>
      {Array.from({ length: lines }, (_, line) => (
        <i key={line} />
      ))}
    </div>
  );
}
