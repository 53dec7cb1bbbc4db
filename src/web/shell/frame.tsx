/** The frame around every page: whose desk it is, where one can go, and the proof drawer when the URL asks for it. */
import { Outlet, useLocation, useSearch } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { useSession } from '../api/session.ts';
import { useWords } from '../i18n/language.ts';
import { shellWords } from '../i18n/shell.ts';
import { Announcer } from '../ui/announce.tsx';
import { roleOfPath } from './desks.ts';
import { Keys } from './keys.tsx';
import { Navigation } from './navigation.tsx';
import { TopBar } from './top-bar.tsx';

// Asked for at once, beside the page that needs it: the frame itself shows without it.
const scope = import('../api/query-scope.tsx');
const QueryScope = lazy(() => scope.then((module) => ({ default: module.QueryScope })));
const ProofDrawer = lazy(() => import('../proof/drawer.tsx').then((module) => ({ default: module.ProofDrawer })));

export function Frame() {
  const words = useWords(shellWords);
  const session = useSession();
  const { pathname } = useLocation();
  const { proof } = useSearch({ from: '__root__' });
  const role = roleOfPath(pathname, session?.persona.role);
  return (
    <>
      <div className="frame" data-role={role}>
        <a className="skip" href="#content">
          {words.skip}
        </a>
        <TopBar role={role} session={session} />
        <Navigation role={role} path={pathname} />
        <main id="content" tabIndex={-1}>
          <Suspense>
            <QueryScope key={session?.token ?? 'nobody'}>
              <Outlet />
              {proof !== undefined && (
                // Its own boundary: what is already on the page stays, and keeps the focus, while the drawer is fetched.
                <Suspense>
                  <ProofDrawer />
                </Suspense>
              )}
            </QueryScope>
          </Suspense>
        </main>
      </div>
      <Keys session={session} />
      <Announcer />
    </>
  );
}
