import { queryOptions } from '@tanstack/react-query';
import type { Session, VerificationReport } from '../../contract/network.ts';
import { ApiError, getJson } from '../api/http.ts';
import { targetOf } from '../api/session.ts';

/** The last report of the node; null when it has not been verified since it started. */
export const lastReport = (session: Session) =>
  queryOptions({
    queryKey: ['node', session.url, 'verify'],
    queryFn: async ({ signal }): Promise<VerificationReport | null> => {
      try {
        return (await getJson<VerificationReport | null | undefined>(targetOf(session), '/node/api/verify', { signal })) ?? null;
      } catch (error) {
        if (error instanceof ApiError && error.status === 404) return null;
        throw error;
      }
    },
  });
