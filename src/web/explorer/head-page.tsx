import { useQuery } from '@tanstack/react-query';
import { useLanguage, useWords } from '../i18n/language.ts';
import { explorerWords } from '../i18n/explorer.ts';
import { blocksQuery, membersQuery } from '../api/explorer.ts';
import { Icon } from '../ui/icon.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { Empty } from '../ui/notice.tsx';
import { Page } from '../ui/page.tsx';
import { Ago } from '../ui/time.tsx';
import { BlocksTable } from './blocks-table.tsx';
import { meanInterval, mergeBlocks } from './blocks.ts';
import { useLiveBlocks } from './live.ts';

const SHOWN = 12;

export function HeadPage() {
  const words = useWords(explorerWords);
  const language = useLanguage();
  const live = useLiveBlocks(SHOWN);
  const blocks = useQuery(blocksQuery(undefined, SHOWN));
  const members = useQuery(membersQuery);
  return (
    <Page title={words['head.title']} lead={words['head.lead']}>
      <Loaded query={blocks}>
        {(list) => {
          const newest = mergeBlocks(live.blocks, list.blocks).slice(0, SHOWN);
          const [head] = newest;
          const interval = meanInterval(newest);
          if (head === undefined) return <Empty title={words['blocks.empty']} text={words['blocks.emptyText']} />;
          return (
            <>
              <section className="card head-figures">
                <dl className="figures-row">
                  <div>
                    <dt>{words['head.height']}</dt>
                    <dd className="large">{head.height.toLocaleString(language)}</dd>
                  </div>
                  <div>
                    <dt>{words['head.made']}</dt>
                    <dd>
                      <Ago iso={head.time} />
                    </dd>
                  </div>
                  {interval !== undefined && (
                    <div>
                      <dt>{words['head.interval']}</dt>
                      <dd>{words['head.intervalText'](interval.toLocaleString(language, { maximumFractionDigits: 1 }))}</dd>
                    </div>
                  )}
                  {members.data !== undefined && (
                    <div>
                      <dt>{words['head.members']}</dt>
                      <dd>{members.data.organisations.length}</dd>
                    </div>
                  )}
                </dl>
                <span className={`pill ${live.connected ? 'good' : 'wait'}`} role="status">
                  <Icon name={live.connected ? 'pulse' : 'clock'} size={14} />
                  {live.connected ? words['head.live'] : words['head.quiet']}
                </span>
              </section>
              <section className="block">
                <h2>{words['head.recent']}</h2>
                <BlocksTable blocks={newest} />
              </section>
            </>
          );
        }}
      </Loaded>
    </Page>
  );
}
