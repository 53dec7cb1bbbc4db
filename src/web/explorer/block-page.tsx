import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { BlockDetail } from '../../contract/explorer.ts';
import { blockQuery } from '../api/explorer.ts';
import { useOrganisationNames } from '../api/organisation-names.ts';
import { useLanguage, useWords } from '../i18n/language.ts';
import { explorerWords } from '../i18n/explorer.ts';
import { DataTable } from '../ui/data-table.tsx';
import { Hash } from '../ui/hash.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { Page } from '../ui/page.tsx';
import { Moment } from '../ui/time.tsx';
import { Pairs } from './pairs.tsx';

const route = getRouteApi('/explorer/blocks/$height');

export function BlockPage() {
  const words = useWords(explorerWords);
  const language = useLanguage();
  const { height } = route.useParams();
  const block = useQuery(blockQuery(height));
  const shown = Number(height).toLocaleString(language);
  return (
    <Page title={words['block.title'](shown)} lead={block.data === undefined ? undefined : <Lead block={block.data} />}>
      <Loaded query={block}>{(data) => <BlockView block={data} />}</Loaded>
    </Page>
  );
}

function Lead({ block }: { readonly block: BlockDetail }) {
  const words = useWords(explorerWords);
  return (
    <>
      {block.pruned ? words['block.pruned'] : block.transactions === 0 ? words['block.empty'] : words['block.lead'](block.transactions)}{' '}
      {words['head.made']} <Moment iso={block.time} seconds />.
    </>
  );
}

function BlockView({ block }: { readonly block: BlockDetail }) {
  const words = useWords(explorerWords);
  const language = useLanguage();
  const names = useOrganisationNames();
  return (
    <div className="stack">
      <TransactionsTable block={block} />
      <section className="card stack">
        <h2>{words['block.details']}</h2>
        <Pairs
          rows={[
            [words['block.hash'], <Hash key="h" value={block.hash} />],
            [words['block.previousHash'], <Hash key="p" value={block.previousHash} />],
            [words['block.appHash'], <Hash key="a" value={block.appHash} />],
            [words['block.stateRoot'], <Hash key="s" value={block.stateRoot} />],
            [words['block.logRoot'], <Hash key="l" value={block.logRoot} />],
            [words['block.logSize'], block.logSize.toLocaleString(language)],
            [words['block.proposer'], names.get(block.proposer) ?? block.proposer],
            ...(block.signature === '' ? [] : [[words['block.signature'], <Hash key="si" value={block.signature} />] as const]),
            ...(block.consensusHeight === null ? [] : [[words['block.consensusHeight'], block.consensusHeight.toLocaleString(language)] as const]),
            [words['col.size'], words.bytes(block.bytes.toLocaleString(language))],
          ]}
        />
      </section>
      <div className="row">
        {block.height > 0 && (
          <Link to="/explorer/blocks/$height" params={{ height: String(block.height - 1) }} className="button">
            {words['block.previous']}
          </Link>
        )}
        <Link to="/explorer/blocks/$height" params={{ height: String(block.height + 1) }} className="button">
          {words['block.next']}
        </Link>
      </div>
    </div>
  );
}

function TransactionsTable({ block }: { readonly block: BlockDetail }) {
  const words = useWords(explorerWords);
  if (block.list.length === 0) return null;
  return (
    <DataTable
      rows={block.list}
      keyOf={({ hash }) => hash}
      columns={[
        {
          title: words['col.what'],
          cell: ({ hash, operations }) => (
            <Link to="/explorer/transactions/$hash" params={{ hash }}>
              {operations.map(({ sentence }) => sentence).join('; ')}
            </Link>
          ),
        },
        { title: words['col.sender'], cell: ({ sender }) => sender.name },
        { title: words['col.transaction'], cell: ({ hash }) => <Hash value={hash} /> },
      ]}
    />
  );
}
