import { queryOptions } from '@tanstack/react-query';
import type { Session } from '../../contract/network.ts';
import type { OperatorStatus } from '../../contract/operator.ts';
import type { WitnessesView } from '../../contract/witnesses.ts';
import { getJson } from '../api/http.ts';
import { targetOf } from '../api/session.ts';

export const statusQuery = (session: Session) =>
  queryOptions({
    queryKey: ['operator', session.url, 'status'],
    queryFn: ({ signal }) => getJson<OperatorStatus>(targetOf(session), '/operator/api/status', { signal }),
    refetchInterval: 3000,
  });

export const witnessesQuery = queryOptions({
  queryKey: ['explorer', 'witnesses'],
  queryFn: ({ signal }) => getJson<WitnessesView>({ url: '' }, '/explorer/api/witnesses', { signal }),
  refetchInterval: 5000,
});
