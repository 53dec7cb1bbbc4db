import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { searchQuery } from '../api/explorer.ts';
import { useWords } from '../i18n/language.ts';
import { explorerWords } from '../i18n/explorer.ts';
import { Icon } from '../ui/icon.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { Empty } from '../ui/notice.tsx';
import { Page } from '../ui/page.tsx';

const route = getRouteApi('/explorer/search');
const icons = { block: 'blocks', transaction: 'file', organisation: 'building', grant: 'share' } as const;

export function SearchPage() {
  const words = useWords(explorerWords);
  const { q } = route.useSearch();
  return (
    <Page title={words['search.title']} lead={words['search.lead']}>
      {q === undefined ? <Empty title={words['search.empty']} text={words['search.emptyText']} /> : <Hits q={q} />}
    </Page>
  );
}

function Hits({ q }: { readonly q: string }) {
  const words = useWords(explorerWords);
  const found = useQuery(searchQuery(q));
  return (
    <Loaded query={found}>
      {({ hits }) =>
        hits.length === 0 ? (
          <Empty title={words['search.none']} text={words['search.noneText']} />
        ) : (
          <ul className="list hits" role="list">
            {hits.map((hit) => (
              <li key={hit.path}>
                <Link to={hit.path} className="card hit">
                  <Icon name={icons[hit.kind]} />
                  <span className="pill">{words[`hit.${hit.kind}`]}</span>
                  <span className="hit-title">{hit.title}</span>
                  <span className="soft small">{hit.detail}</span>
                </Link>
              </li>
            ))}
          </ul>
        )
      }
    </Loaded>
  );
}
