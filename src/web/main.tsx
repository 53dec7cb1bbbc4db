import './styles/tokens.css';
import './styles/base.css';
import './styles/frame.css';
import './styles/parts.css';
import { RouterProvider } from '@tanstack/react-router';
import { createRoot } from 'react-dom/client';
import { createSessionStore } from './api/session.ts';
import type { TourState } from './hub/tour/state.ts';
import { createLanguage } from './i18n/language.ts';
import { PortalContext, type Portal } from './portal.ts';
import type { ProofStates } from './proof/state.ts';
import { createVerifier } from './proof/verifier.ts';
import { router } from './router.tsx';
import { createStore } from './store.ts';
import { createTheme } from './theme/theme.ts';

const portal: Portal = {
  language: createLanguage(),
  theme: createTheme(),
  session: createSessionStore(),
  expired: createStore(false),
  said: createStore(''),
  proofs: createStore<ProofStates>(new Map()),
  verifier: createVerifier(),
  tour: createStore<TourState | undefined>(undefined),
};

// Its start takes longer than a check: it happens while nobody waits for it. Not every browser says when that is.
if (typeof requestIdleCallback === 'function') requestIdleCallback(() => portal.verifier.prepare());
else setTimeout(() => portal.verifier.prepare(), 1000);

createRoot(document.getElementById('root')!).render(
  <PortalContext value={portal}>
    <RouterProvider router={router} />
  </PortalContext>,
);
