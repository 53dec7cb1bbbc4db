import { Link } from '@tanstack/react-router';
import { useWords } from '../i18n/language.ts';
import { shellWords } from '../i18n/shell.ts';
import { Icon } from '../ui/icon.tsx';
import { currentItem, navigation, type Role } from './desks.ts';

/** A rail at the side on wide screens, a bar at the foot on small ones. */
export function Navigation({ role, path }: { readonly role: Role; readonly path: string }) {
  const words = useWords(shellWords);
  const items = navigation[role];
  const here = currentItem(items, path);
  return (
    <nav className="rail" aria-label={words['nav.main']}>
      <ul>
        {items.map((item) => (
          <li key={item.to}>
            <Link to={item.to} aria-current={item === here ? 'page' : undefined} className={item === here ? 'here' : ''}>
              <Icon name={item.icon} size={22} />
              <span className="long">{words[item.label]}</span>
              <span className="short">{words[item.short]}</span>
            </Link>
          </li>
        ))}
      </ul>
      {role !== 'hub' && (
        <ul className="elsewhere">
          <li>
            <Link to="/">
              <Icon name="network" size={22} />
              {words['nav.hub']}
            </Link>
          </li>
          {role !== 'explorer' && (
            <li>
              <Link to="/explorer">
                <Icon name="explorer" size={22} />
                {words['nav.explorer']}
              </Link>
            </li>
          )}
        </ul>
      )}
    </nav>
  );
}
