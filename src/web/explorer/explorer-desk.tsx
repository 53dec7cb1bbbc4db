/** The explorer: its search is on every page of it. */
import { Outlet, useLocation, useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useWords } from '../i18n/language.ts';
import { explorerWords } from '../i18n/explorer.ts';
import { Button } from '../ui/button.tsx';
import './explorer.css';

export function ExplorerDesk() {
  const words = useWords(explorerWords);
  const navigate = useNavigate();
  const { pathname } = useLocation();
  const { q } = useSearch({ strict: false }) as { readonly q?: string };
  const [text, setText] = useState(q ?? '');
  return (
    <>
      <search>
        <form
          className="explorer-search"
          key={pathname === '/explorer/search' ? q : ''}
          onSubmit={(event) => {
            event.preventDefault();
            if (text.trim() !== '') void navigate({ to: '/explorer/search', search: { q: text.trim() } });
          }}
        >
          <input
            type="search"
            data-search
            aria-label={words['search.label']}
            placeholder={words['search.label']}
            value={text}
            onChange={(event) => setText(event.target.value)}
            autoComplete="off"
            spellCheck={false}
          />
          <Button submit icon="search">
            {words['search.go']}
          </Button>
        </form>
      </search>
      <Outlet />
    </>
  );
}
