/** What outlives a page: made once in `main.tsx`, handed down by React. */
import { createContext, useContext, useSyncExternalStore } from 'react';
import type { Session } from '../contract/network.ts';
import type { TourState } from './hub/tour/state.ts';
import type { Language } from './i18n/dictionary.ts';
import type { ProofStates } from './proof/state.ts';
import type { Verifier } from './proof/verifier.ts';
import type { Store } from './store.ts';
import type { Theme } from './theme/theme.ts';

export interface Portal {
  readonly language: Store<Language>;
  readonly theme: Store<Theme>;
  readonly session: Store<Session | undefined>;
  /** The last session ended because the node no longer took its token. */
  readonly expired: Store<boolean>;
  /** The last thing said in the live region. */
  readonly said: Store<string>;
  /** What this browser has checked so far. */
  readonly proofs: Store<ProofStates>;
  readonly verifier: Verifier;
  /** The guided tour, so that one can look around in between. */
  readonly tour: Store<TourState | undefined>;
}

export const PortalContext = createContext<Portal | undefined>(undefined);

export function usePortal(): Portal {
  const portal = useContext(PortalContext);
  if (portal === undefined) throw new Error('outside of the portal');
  return portal;
}

export const useStore = <T>(store: Store<T>): T => useSyncExternalStore(store.subscribe, store.get);
