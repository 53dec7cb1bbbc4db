/** The cache of answers: one per person at the desk, so that nobody sees what another was shown. */
import { QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { usePortal, type Portal } from '../portal.ts';
import { ApiError } from './http.ts';

/** Refusals and missing things are answers: only silence and overload are asked again. */
const worthRetrying = (error: Error): boolean => error instanceof ApiError && (error.status === 0 || error.status >= 502);

/** A token that the node no longer takes (its time is over, or the network was made anew) ends the session: the desk asks who one is. */
const endExpired =
  ({ session, expired }: Portal) =>
  (error: Error): void => {
    if (!(error instanceof ApiError) || error.status !== 401 || session.get() === undefined) return;
    expired.set(true);
    session.set(undefined);
  };

const createQueries = (portal: Portal): QueryClient =>
  new QueryClient({
    queryCache: new QueryCache({ onError: endExpired(portal) }),
    defaultOptions: {
      // A node on this machine or in this building answers without the internet, and a receipt is checked without any network.
      queries: { networkMode: 'always', staleTime: 5_000, retry: (count, error) => count < 2 && worthRetrying(error), retryDelay: 400 },
      mutations: { networkMode: 'always', retry: false },
    },
  });

export function QueryScope({ children }: { readonly children: ReactNode }) {
  const portal = usePortal();
  const [queries] = useState(() => createQueries(portal));
  return <QueryClientProvider client={queries}>{children}</QueryClientProvider>;
}
