/** Who looked: every access in one sentence, with whose behalf, what for and why it was allowed. */
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useEffect } from 'react';
import { getJson, query } from '../api/http.ts';
import { targetOf } from '../api/session.ts';
import type { Accesses } from '../../contract/portal.ts';
import { useWords } from '../i18n/language.ts';
import { patientWords } from '../i18n/patient.ts';
import { Button } from '../ui/button.tsx';
import { Empty, ErrorNotice, Skeleton } from '../ui/notice.tsx';
import { Page } from '../ui/page.tsx';
import { VirtualList } from '../ui/virtual-list.tsx';
import { AccessRow } from './access-row.tsx';
import { WithOwn, type Own } from './own.tsx';
import './patient.css';

const route = getRouteApi('/patient/accesses');
/** Fewer to show than this, and the next page is fetched at once. */
const ENOUGH = 8;

export function AccessesPage() {
  return <WithOwn>{(own) => <OwnAccesses {...own} />}</WithOwn>;
}

function OwnAccesses({ session, me, patientId }: Own) {
  const words = useWords(patientWords);
  const pages = useInfiniteQuery({
    queryKey: ['accesses', session.url, patientId],
    queryFn: ({ pageParam, signal }) =>
      getJson<Accesses>(targetOf(session), `/portal/api/patients/${patientId}/accesses${query({ after: pageParam ?? undefined })}`, { signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  });
  const { own } = route.useSearch();
  const navigate = useNavigate();
  const all = pages.data?.pages.flatMap((page) => page.accesses) ?? [];
  // What one did oneself is there, but it is not what one comes to see.
  const accesses = own === true ? all : all.filter(({ who }) => who.name !== me.name);
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = pages;
  useEffect(() => {
    if (accesses.length < ENOUGH && hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [accesses.length, hasNextPage, isFetchingNextPage, fetchNextPage]);
  return (
    <Page title={words['accesses.title']} lead={words['accesses.lead'](me.counts?.accessesThisMonth ?? 0)}>
      <div className="stack">
        <label className="row">
          <input
            type="checkbox"
            checked={own === true}
            onChange={(event) =>
              void navigate({ to: '/patient/accesses', search: { own: event.target.checked ? true : undefined }, replace: true, resetScroll: false })
            }
          />
          {words['accesses.own']}
        </label>
        {pages.isPending && <Skeleton />}
        {pages.error !== null && <ErrorNotice error={pages.error} retry={() => void pages.refetch()} />}
        {pages.isSuccess && !hasNextPage && accesses.length === 0 && <Empty title={words['accesses.empty']} text={words['accesses.emptyText']} />}
        <VirtualList
          items={accesses}
          keyOf={(access) => String(access.sequence)}
          estimatedHeight={190}
          render={(access) => <AccessRow access={access} session={session} />}
        />
        {pages.hasNextPage && (
          <Button busy={pages.isFetchingNextPage} onPress={() => void pages.fetchNextPage()}>
            {words['accesses.earlier']}
          </Button>
        )}
      </div>
    </Page>
  );
}
