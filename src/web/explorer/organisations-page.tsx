import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { membersQuery } from '../api/explorer.ts';
import { useLanguage, useWords } from '../i18n/language.ts';
import { explorerWords } from '../i18n/explorer.ts';
import { useKindWords } from './kind.ts';
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
            <div className="card table-card">
              <table className="table">
                <thead>
                  <tr>
                    <th scope="col">{words['col.name']}</th>
                    <th scope="col">{words['col.kind']}</th>
                    <th scope="col">{words['col.status']}</th>
                    <th scope="col" className="number">
                      {words['col.batches']}
                    </th>
                    <th scope="col">{words['col.lastAnchor']}</th>
                    <th scope="col">{words['col.commitment']}</th>
                  </tr>
                </thead>
                <tbody>
                  {organisations.map((organisation) => (
                    <tr key={organisation.id}>
                      <td data-label={words['col.name']}>
                        <Link to="/explorer/organisations/$id" params={{ id: organisation.id }}>
                          {organisation.name}
                        </Link>
                      </td>
                      <td data-label={words['col.kind']}>{kind(organisation.kind)}</td>
                      <td data-label={words['col.status']}>{words[`org.${organisation.status}`]}</td>
                      <td data-label={words['col.batches']} className="number">
                        {organisation.lastAnchor?.number.toLocaleString(language) ?? '–'}
                      </td>
                      <td data-label={words['col.lastAnchor']}>
                        {organisation.lastAnchor === null ? '–' : <Ago iso={organisation.lastAnchor.time} />}
                      </td>
                      <td data-label={words['col.commitment']}>
                        {organisation.lastAnchor === null ? '–' : <Hash value={organisation.lastAnchor.commitment} />}
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          )
        }
      </Loaded>
    </Page>
  );
}
