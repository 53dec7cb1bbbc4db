import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { grantQuery } from '../api/explorer.ts';
import { useWords } from '../i18n/language.ts';
import { explorerWords } from '../i18n/explorer.ts';
import { Hash } from '../ui/hash.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { Page } from '../ui/page.tsx';
import { Day } from '../ui/time.tsx';
import { AtBlock } from './at-block.tsx';
import { Pairs } from './pairs.tsx';

const route = getRouteApi('/explorer/grants/$id');

export function GrantPage() {
  const words = useWords(explorerWords);
  const { id } = route.useParams();
  const grant = useQuery(grantQuery(id));
  const state = grant.data === undefined ? '' : grant.data.closed === null ? `${words['grant.open']} ` : `${words['grant.closed']} `;
  return (
    <Page title={words['grant.title']} lead={`${state}${words['grant.lead']}`}>
      <Loaded query={grant}>
        {(data) => (
          <section className="card">
            <Pairs
              rows={[
                [words['grant.opened'], <AtBlock key="o" at={data.opened} />],
                [words['grant.closedAt'], data.closed === null ? '–' : <AtBlock key="c" at={data.closed} />],
                [words['grant.expiry'], <Day key="e" iso={new Date(data.expiryDay * 86_400_000).toISOString().slice(0, 10)} />],
                [words['grant.id'], <Hash key="i" value={data.id} />],
                [words['grant.commitment'], <Hash key="m" value={data.commitment} />],
                [words['grant.controlKey'], <Hash key="k" value={data.controlKey} />],
              ]}
            />
          </section>
        )}
      </Loaded>
    </Page>
  );
}
