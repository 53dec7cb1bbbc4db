/** What the explorer asks of the server that serves this page: the hub and every node answer the same. */
import { queryOptions } from '@tanstack/react-query';
import type {
  BlockDetail,
  BlockList,
  GovernanceView,
  GrantDetail,
  MemberDetail,
  MemberSummary,
  SearchHit,
  TransactionDetail,
} from '../../contract/explorer.ts';
import { getJson, query } from './http.ts';

const here = { url: '' };
const FOREVER = { staleTime: Infinity } as const;

export const blocksQuery = (before: number | undefined, limit: number) =>
  queryOptions({
    queryKey: ['explorer', 'blocks', before, limit],
    queryFn: ({ signal }) => getJson<BlockList>(here, `/explorer/api/blocks${query({ before, limit })}`, { signal }),
  });

/** What is committed never changes. */
export const blockQuery = (height: string) =>
  queryOptions({
    queryKey: ['explorer', 'block', height],
    queryFn: ({ signal }) => getJson<BlockDetail>(here, `/explorer/api/blocks/${encodeURIComponent(height)}`, { signal }),
    ...FOREVER,
  });

export const transactionQuery = (hash: string) =>
  queryOptions({
    queryKey: ['explorer', 'transaction', hash],
    queryFn: ({ signal }) => getJson<TransactionDetail>(here, `/explorer/api/transactions/${encodeURIComponent(hash)}`, { signal }),
    ...FOREVER,
  });

export const membersQuery = queryOptions({
  queryKey: ['explorer', 'members'],
  queryFn: ({ signal }) => getJson<{ readonly organisations: readonly MemberSummary[] }>(here, '/explorer/api/organisations', { signal }),
});

export const memberQuery = (id: string) =>
  queryOptions({
    queryKey: ['explorer', 'member', id],
    queryFn: ({ signal }) => getJson<MemberDetail>(here, `/explorer/api/organisations/${encodeURIComponent(id)}`, { signal }),
  });

export const governanceQuery = (before: number | undefined, limit: number) =>
  queryOptions({
    queryKey: ['explorer', 'governance', before, limit],
    queryFn: ({ signal }) => getJson<GovernanceView>(here, `/explorer/api/governance${query({ before, limit })}`, { signal }),
  });

export const grantQuery = (id: string) =>
  queryOptions({
    queryKey: ['explorer', 'grant', id],
    queryFn: ({ signal }) => getJson<GrantDetail>(here, `/explorer/api/grants/${encodeURIComponent(id)}`, { signal }),
  });

export const searchQuery = (q: string) =>
  queryOptions({
    queryKey: ['explorer', 'search', q],
    queryFn: ({ signal }) => getJson<{ readonly hits: readonly SearchHit[] }>(here, `/explorer/api/search${query({ q })}`, { signal }),
  });
