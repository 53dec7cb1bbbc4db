import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { membersQuery } from '../api/explorer.ts';
import { useLanguage, useWords } from '../i18n/language.ts';
import { explorerWords } from '../i18n/explorer.ts';
import { useKindWords } from './kind.ts';
import { DataTable } from '../ui/data-table.tsx';
import { Hash } from '../ui/hash.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { Empty } from '../ui/notice.tsx';
import { Page } from '../ui/page.tsx';
import { Ago } from '../ui/time.tsx';

export function OrganisationsPage() {
  const words = useWords(explorerWords);
  const language = useLanguage();
  const kind = useKindWords();
  const members = useQuery({ ...membersQuery, refetchInterval: 10_000 });
  return (
    <Page title={words['org.title']} lead={members.data === undefined ? undefined : words['org.lead'](members.data.organisations.length)}>
      <Loaded query={members}>
        {({ organisations }) =>
          organisations.length === 0 ? (
            <Empty title={words['org.empty']} text={words['org.emptyText']} />
          ) : (
            <DataTable
              rows={organisations}
              keyOf={({ id }) => id}
              columns={[
                {
                  title: words['col.name'],
                  cell: ({ id, name }) => (
                    <Link to="/explorer/organisations/$id" params={{ id }}>
                      {name}
                    </Link>
                  ),
                },
                { title: words['col.kind'], cell: (organisation) => kind(organisation.kind) },
                { title: words['col.status'], cell: ({ status }) => words[`org.${status}`] },
                { title: words['col.batches'], isNumber: true, cell: ({ lastAnchor }) => lastAnchor?.number.toLocaleString(language) ?? '–' },
                { title: words['col.lastAnchor'], cell: ({ lastAnchor }) => (lastAnchor === null ? '–' : <Ago iso={lastAnchor.time} />) },
                { title: words['col.commitment'], cell: ({ lastAnchor }) => (lastAnchor === null ? '–' : <Hash value={lastAnchor.commitment} />) },
              ]}
            />
          )
        }
      </Loaded>
    </Page>
  );
}
