/** Keys that work on every page, and the list of them. Single keys rest while somebody types. */
import { useNavigate } from '@tanstack/react-router';
import { useLayoutEffect, useRef } from 'react';
import type { Session } from '../../contract/network.ts';
import { startOf } from '../api/session.ts';
import { useWords } from '../i18n/language.ts';
import { shellWords } from '../i18n/shell.ts';
import { usePortal } from '../portal.ts';
import { toggleTheme } from '../theme/theme.ts';
import { Icon } from '../ui/icon.tsx';

const ID = 'keys';
export const showKeys = (): void => (document.getElementById(ID) as HTMLDialogElement | null)?.showModal();

const typing = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

/** The page's own search field when it has one. */
function focusSearch(): boolean {
  const field = document.querySelector<HTMLInputElement>('[data-search]');
  field?.focus();
  field?.select();
  return field !== null;
}

export function Keys({ session }: { readonly session: Session | undefined }) {
  const words = useWords(shellWords);
  const { theme } = usePortal();
  const navigate = useNavigate();
  const dialog = useRef<HTMLDialogElement>(null);
  const start = session === undefined ? '/' : startOf(session.persona.role);

  useLayoutEffect(() => {
    let leader = 0;
    const onKey = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || document.querySelector('dialog[open]') !== null) return;
      const follows = event.timeStamp - leader < 1200;
      leader = 0;
      if (follows && event.key === 'n') void navigate({ to: '/' });
      else if (follows && event.key === 'e') void navigate({ to: '/explorer' });
      else if (follows && event.key === 'd') void navigate({ to: start });
      else if (event.key === 'g') leader = event.timeStamp;
      else if (event.key === '?') showKeys();
      else if (event.key === 't') toggleTheme(theme);
      else if (event.key === '/') {
        if (!focusSearch()) void navigate({ to: '/explorer/search' });
      } else return;
      event.preventDefault();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [navigate, start, theme]);

  const list: readonly (readonly [string, string])[] = [
    ['/', words['keys.search']],
    ['?', words['keys.help']],
    ['g n', words['keys.hub']],
    ['g e', words['keys.explorer']],
    ['g d', words['keys.desk']],
    ['t', words['keys.theme']],
    ['Esc', words['keys.close']],
  ];
  return (
    <dialog id={ID} ref={dialog} className="dialog" aria-labelledby="keys-title">
      <div className="dialog-head">
        <h2 id="keys-title">{words['keys.title']}</h2>
        <button type="button" className="quiet" aria-label={words.close} onClick={() => dialog.current?.close()}>
          <Icon name="close" />
        </button>
      </div>
      <dl className="keys">
        {list.map(([key, meaning]) => (
          <div key={key}>
            <dt>
              {key.split(' ').map((part) => (
                <kbd key={part}>{part}</kbd>
              ))}
            </dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
    </dialog>
  );
}
