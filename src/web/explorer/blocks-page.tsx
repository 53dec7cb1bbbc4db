import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useLanguage, useWords } from '../i18n/language.ts';
import { explorerWords } from '../i18n/explorer.ts';
import { blocksQuery } from '../api/explorer.ts';
import { Loaded } from '../ui/loaded.tsx';
import { Empty } from '../ui/notice.tsx';
import { Page } from '../ui/page.tsx';
import { BlocksTable } from './blocks-table.tsx';

const route = getRouteApi('/explorer/blocks');
const PAGE = 50;

export function BlocksPage() {
  const words = useWords(explorerWords);
  const language = useLanguage();
  const { before } = route.useSearch();
  const blocks = useQuery(blocksQuery(before, PAGE));
  return (
    <Page
      title={words['blocks.title']}
      lead={blocks.data === undefined ? undefined : words['blocks.lead'](blocks.data.head.toLocaleString(language))}
    >
      <Loaded query={blocks}>
        {({ blocks: list }) => (
          <div className="stack">
            {list.length === 0 ? <Empty title={words['blocks.empty']} text={words['blocks.emptyText']} /> : <BlocksTable blocks={list} />}
            <div className="row">
              {before !== undefined && (
                <Link to="/explorer/blocks" search={{}} className="button">
                  {words['blocks.newest']}
                </Link>
              )}
              {list.length === PAGE && (
                <Link to="/explorer/blocks" search={{ before: list.at(-1)!.height }} className="button">
                  {words['blocks.older']}
                </Link>
              )}
            </div>
          </div>
        )}
      </Loaded>
    </Page>
  );
}
