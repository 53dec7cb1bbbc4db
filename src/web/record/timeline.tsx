/** A patient's record, newest first, by visit; pages are fetched as one goes back in time. */
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { Timeline as TimelinePage } from '../../contract/portal.ts';
import { getJson, query } from '../api/http.ts';
import { targetOf, useSession } from '../api/session.ts';
import { useWords } from '../i18n/language.ts';
import { recordWords } from '../i18n/record.ts';
import { CheckAll } from '../proof/check-all.tsx';
import type { TimelineSearch } from '../search.ts';
import { Button } from '../ui/button.tsx';
import { Empty, ErrorNotice, Skeleton } from '../ui/notice.tsx';
import { VirtualList } from '../ui/virtual-list.tsx';
import { Filters } from './filters.tsx';
import { groupByVisit } from './groups.ts';
import './record.css';
import { VisitGroup } from './visit-group.tsx';

const PAGE = 50;

export function Timeline({ patientId, search }: { readonly patientId: string; readonly search: TimelineSearch }) {
  const words = useWords(recordWords);
  const session = useSession()!;
  const navigate = useNavigate();
  const { kind, q, from, to } = search;
  const pages = useInfiniteQuery({
    queryKey: ['timeline', session.url, patientId, { kind, q, from, to }],
    queryFn: ({ pageParam, signal }) =>
      getJson<TimelinePage>(
        targetOf(session),
        `/portal/api/patients/${patientId}/timeline${query({ kind, q, from, to, after: pageParam ?? undefined, limit: PAGE })}`,
        { signal },
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    placeholderData: keepPreviousData,
  });
  const items = pages.data?.pages.flatMap((page) => page.items) ?? [];
  const groups = groupByVisit(items);
  const filtered = [kind, q, from, to].some((value) => value !== undefined);
  const toggle = (ref: string): void =>
    void navigate({ to: '.', search: (before) => ({ ...before, item: search.item === ref ? undefined : ref }), replace: true, resetScroll: false });
  const clear = (): void => void navigate({ to: '.', search: () => ({}), replace: true });
  return (
    <div className="stack">
      <Filters search={search} />
      {pages.data !== undefined && (
        <div className="row spread">
          <p className="soft" role="status">
            {words['filter.count'](items.length, pages.data.pages[0]!.total)}
          </p>
          <div className="row">
            {filtered && (
              <Button small onPress={clear}>
                {words['filter.clear']}
              </Button>
            )}
            <CheckAll proofs={items.slice(0, PAGE).map((item) => item.proof)} />
          </div>
        </div>
      )}
      {pages.isPending && <Skeleton lines={5} />}
      {pages.error !== null && <ErrorNotice error={pages.error} retry={() => void pages.refetch()} />}
      {pages.data !== undefined && groups.length === 0 && (
        <Empty
          title={filtered ? words['empty.filtered'] : words['empty.title']}
          text={filtered ? words['empty.filteredText'] : words['empty.text']}
        />
      )}
      <VirtualList
        items={groups}
        keyOf={(group) => group.key}
        estimatedHeight={220}
        render={(group) => <VisitGroup group={group} open={search.item} onToggle={toggle} />}
      />
      {pages.hasNextPage && (
        <Button busy={pages.isFetchingNextPage} onPress={() => void pages.fetchNextPage()}>
          {words.earlier}
        </Button>
      )}
    </div>
  );
}
