import { Link, useNavigate } from '@tanstack/react-router';
import type { Session } from '../../contract/network.ts';
import { languages } from '../i18n/dictionary.ts';
import { useLanguage, useWords } from '../i18n/language.ts';
import { shellWords } from '../i18n/shell.ts';
import { usePortal } from '../portal.ts';
import { toggleTheme } from '../theme/theme.ts';
import { Icon } from '../ui/icon.tsx';
import type { Role } from './desks.ts';
import { showKeys } from './keys.tsx';

export function TopBar({ role, session }: { readonly role: Role; readonly session: Session | undefined }) {
  const words = useWords(shellWords);
  const language = useLanguage();
  const portal = usePortal();
  const navigate = useNavigate();
  const other = languages[(languages.indexOf(language) + 1) % languages.length]!;
  const personal = role !== 'hub' && role !== 'explorer' && session?.persona.role === role;
  return (
    <header className="top">
      <Link to="/" className="brand" aria-label={words.home}>
        <svg width="30" height="30" viewBox="0 0 32 32" aria-hidden="true">
          <rect width="32" height="32" rx="9" fill="var(--accent)" />
          <path
            d="M9 12.500h14M9 17h9M9 21.500h5M18.2 21.600l2.3 2.3 4.3-4.8"
            stroke="var(--on-accent)"
            strokeWidth="2.2"
            strokeLinecap="round"
            strokeLinejoin="round"
            fill="none"
          />
        </svg>
        <span className="brand-name">Careledger</span>
      </Link>
      <p className="whose">
        <strong>{words[`role.${role}`]}</strong>
        <span>{personal ? `${session.persona.name} ${words.at(session.persona.organisation.name)}` : words.sandboxNote}</span>
      </p>
      <div className="top-actions">
        <button
          type="button"
          className="quiet"
          lang={other}
          onClick={() => portal.language.set(other)}
          aria-label={other === 'de' ? 'DE: Deutsch' : 'EN: English'}
        >
          {other.toUpperCase()}
        </button>
        <button type="button" className="quiet" onClick={() => toggleTheme(portal.theme)} aria-label={words.theme} title={words.theme}>
          <Icon name="sun" />
        </button>
        <button type="button" className="quiet wide-only" onClick={showKeys} aria-label={words.keys} title={`${words.keys} (?)`}>
          <Icon name="keyboard" />
        </button>
        {personal && (
          <button
            type="button"
            className="quiet"
            aria-label={words.leave}
            title={words.leave}
            onClick={() => {
              portal.session.set(undefined);
              void navigate({ to: '/' });
            }}
          >
            <Icon name="leave" />
          </button>
        )}
      </div>
    </header>
  );
}
