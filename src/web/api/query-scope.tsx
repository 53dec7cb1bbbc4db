/** The cache of answers: one per person at the desk, so that nobody sees what another was shown. */
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { ApiError } from './http.ts';

/** Refusals and missing things are answers: only silence and overload are asked again. */
const worthRetrying = (error: Error): boolean => error instanceof ApiError && (error.status === 0 || error.status >= 502);

const createQueries = (): QueryClient =>
  new QueryClient({
    defaultOptions: {
      // A node on this machine or in this building answers without the internet, and a receipt is checked without any network.
      queries: { networkMode: 'always', staleTime: 5_000, retry: (count, error) => count < 2 && worthRetrying(error), retryDelay: 400 },
      mutations: { networkMode: 'always', retry: false },
    },
  });

export function QueryScope({ children }: { readonly children: ReactNode }) {
  const [queries] = useState(createQueries);
  return <QueryClientProvider client={queries}>{children}</QueryClientProvider>;
}
