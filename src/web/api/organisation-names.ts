/** Names of organisations by id: people are shown names, never ids. */
import { useQuery } from '@tanstack/react-query';
import type { MemberSummary } from '../../contract/explorer.ts';
import { getJson } from './http.ts';

const nobody: ReadonlyMap<string, string> = new Map();

export function useOrganisationNames(): ReadonlyMap<string, string> {
  const members = useQuery({
    queryKey: ['explorer', 'organisations'],
    queryFn: ({ signal }) => getJson<{ readonly organisations: readonly MemberSummary[] }>({ url: '' }, '/explorer/api/organisations', { signal }),
    staleTime: 60_000,
    select: ({ organisations }) => new Map(organisations.map(({ id, name }) => [id, name])),
  });
  return members.data ?? nobody;
}
