import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { MemberDetail } from '../../contract/explorer.ts';
import { memberQuery } from '../api/explorer.ts';
import { useLanguage, useWords } from '../i18n/language.ts';
import { explorerWords } from '../i18n/explorer.ts';
import { DataTable } from '../ui/data-table.tsx';
import { Hash } from '../ui/hash.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { Empty } from '../ui/notice.tsx';
import { Page } from '../ui/page.tsx';
import { Moment } from '../ui/time.tsx';
import { useKindWords } from './kind.ts';
import { MemberHistory } from './member-history.tsx';
import { Pairs } from './pairs.tsx';

const route = getRouteApi('/explorer/organisations/$id');

export function OrganisationPage() {
  const words = useWords(explorerWords);
  const language = useLanguage();
  const kind = useKindWords();
  const { id } = route.useParams();
  const member = useQuery({ ...memberQuery(id), refetchInterval: 10_000 });
  return (
    <Page
      title={member.data?.name ?? words['org.title']}
      lead={
        member.data === undefined
          ? undefined
          : `${kind(member.data.kind)}. ${words[`org.${member.data.status}`]}. ${words['org.since'](member.data.admittedAt.toLocaleString(language))}`
      }
    >
      <Loaded query={member}>{(data) => <Member member={data} />}</Loaded>
    </Page>
  );
}

function Member({ member }: { readonly member: MemberDetail }) {
  const words = useWords(explorerWords);
  const language = useLanguage();
  return (
    <div className="stack">
      <section className="stack">
        <h2>{words['org.anchors']}</h2>
        <p className="soft">{words['org.anchorsText']}</p>
        {member.anchors.length === 0 ? (
          <Empty title={words['org.anchors']} text={words['org.noAnchors']} />
        ) : (
          <DataTable
            rows={member.anchors.slice(0, 200)}
            keyOf={({ transaction }) => transaction}
            columns={[
              { title: words['col.time'], cell: ({ time }) => <Moment iso={time} seconds /> },
              { title: words['col.batch'], isNumber: true, cell: ({ number }) => number.toLocaleString(language) },
              { title: words['col.commitment'], cell: ({ commitment }) => <Hash value={commitment} /> },
              {
                title: words['tx.block'],
                cell: ({ height }) => (
                  <Link to="/explorer/blocks/$height" params={{ height: String(height) }}>
                    {height.toLocaleString(language)}
                  </Link>
                ),
              },
              {
                title: words['col.transaction'],
                cell: ({ transaction }) => (
                  <Link to="/explorer/transactions/$hash" params={{ hash: transaction }} className="hash">
                    {transaction.slice(0, 8)}…
                  </Link>
                ),
              },
            ]}
          />
        )}
      </section>
      <MemberHistory history={member.history} />
      <section className="card stack">
        <h2>{words['org.keys']}</h2>
        <Pairs
          rows={[
            [words['org.signingKey'], <Hash key="s" value={member.signingKey} />],
            [words['org.hpkeKey'], <Hash key="h" value={member.hpkeKey} />],
            [words['org.tlsKey'], <Hash key="t" value={member.tlsKey} />],
          ]}
        />
      </section>
    </div>
  );
}
