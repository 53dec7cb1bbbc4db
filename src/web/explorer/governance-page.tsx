import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { GovernanceView } from '../../contract/explorer.ts';
import { governanceQuery } from '../api/explorer.ts';
import { governanceWords } from '../i18n/governance.ts';
import { useLanguage, useWords } from '../i18n/language.ts';
import { DataTable } from '../ui/data-table.tsx';
import { Hash } from '../ui/hash.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { Empty } from '../ui/notice.tsx';
import { Page } from '../ui/page.tsx';
import { Pairs } from './pairs.tsx';
import { ProposalCard } from './proposal-card.tsx';

const route = getRouteApi('/explorer/governance');
const PAGE = 20;
const DAY_MS = 86_400_000;

export function GovernancePage() {
  const words = useWords(governanceWords);
  const { before } = route.useSearch();
  const governance = useQuery({ ...governanceQuery(before, PAGE), refetchInterval: 5_000 });
  return (
    <Page title={words.title} lead={governance.data === undefined ? undefined : words.lead(governance.data.activeMembers, governance.data.needed)}>
      <Loaded query={governance}>
        {(view) => (
          <div className="stack">
            <Proposals view={view} before={before} />
            <Rules view={view} />
            <Validators view={view} />
          </div>
        )}
      </Loaded>
    </Page>
  );
}

function Proposals({ view, before }: { readonly view: GovernanceView; readonly before: number | undefined }) {
  const words = useWords(governanceWords);
  const oldest = view.proposals.at(-1)?.number;
  return (
    <section className="stack">
      <h2>{words.proposals}</h2>
      {view.proposals.length === 0 && <Empty title={words.none} text={words.noneText} />}
      {view.proposals.map((proposal) => (
        <ProposalCard key={proposal.number} proposal={proposal} />
      ))}
      <div className="row">
        {before !== undefined && (
          <Link to="/explorer/governance" search={{}} className="button">
            {words.newest}
          </Link>
        )}
        {oldest !== undefined && oldest > 1 && (
          <Link to="/explorer/governance" search={{ before: oldest }} className="button">
            {words.older}
          </Link>
        )}
      </div>
    </section>
  );
}

function Rules({ view: { policy, protocol } }: { readonly view: GovernanceView }) {
  const words = useWords(governanceWords);
  const language = useLanguage();
  const alone = [
    ...(policy.authority === 'direct' ? [words.aloneAuthority] : []),
    ...(policy.regulators === 'direct' ? [words.aloneRegulators] : []),
  ];
  const days = (policy.votingPeriodMs / DAY_MS).toLocaleString(language, { maximumFractionDigits: 2 });
  const version = protocol.next === null ? '' : `; ${words.versionNext(protocol.next.version, protocol.next.after.toLocaleString(language))}`;
  return (
    <section className="card stack">
      <h2>{words.rules}</h2>
      <Pairs
        rows={[
          [words.threshold, words.thresholdText(`${policy.numerator}/${policy.denominator}`)],
          [words.period, words.periodText(days)],
          [words.alone, alone.length === 0 ? words.aloneNobody : alone.join(', ')],
          [words.version, `${protocol.version}${version}`],
        ]}
      />
    </section>
  );
}

function Validators({ view: { validators } }: { readonly view: GovernanceView }) {
  const words = useWords(governanceWords);
  const language = useLanguage();
  return (
    <section className="stack">
      <h2>{words.validators}</h2>
      <p className="soft">{validators.length === 0 ? words.noValidators : words.validatorsText}</p>
      {validators.length > 0 && (
        <DataTable
          rows={validators}
          keyOf={({ organisation }) => organisation.id}
          columns={[
            {
              title: words['col.organisation'],
              cell: ({ organisation: { id, name } }) => (
                <Link to="/explorer/organisations/$id" params={{ id }}>
                  {name}
                </Link>
              ),
            },
            { title: words['col.power'], isNumber: true, cell: ({ power }) => power.toLocaleString(language) },
            { title: words['col.since'], isNumber: true, cell: ({ since }) => since.toLocaleString(language) },
            { title: words['col.key'], cell: ({ key }) => <Hash value={key} /> },
          ]}
        />
      )}
    </section>
  );
}
