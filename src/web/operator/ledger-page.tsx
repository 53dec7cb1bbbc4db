/** How the ledger is doing at this node: alarms first, then the newest block, who makes blocks, who is connected, disk, software. */
import { useQuery } from '@tanstack/react-query';
import type { OperatorStatus } from '../../contract/operator.ts';
import { useSession } from '../api/session.ts';
import { useLanguage, useWords } from '../i18n/language.ts';
import { operatorWords } from '../i18n/operator.ts';
import { Loaded } from '../ui/loaded.tsx';
import { Page } from '../ui/page.tsx';
import { AlarmList } from './alarm-list.tsx';
import { DiskCard, HeadCard, MempoolCard, SoftwareCard } from './cards.tsx';
import './operator.css';
import { statusQuery } from './status.ts';
import { MembersTable, PeersTable, ValidatorsTable } from './tables.tsx';
import { WitnessList } from './witness-list.tsx';

export function LedgerPage() {
  const words = useWords(operatorWords);
  const session = useSession()!;
  const status = useQuery(statusQuery(session));
  return (
    <Page title={words['ledger.title']} lead={status.data && <Lead status={status.data} />}>
      <Loaded query={status} lines={8}>
        {(data) => (
          <div className="stack">
            {data.alarms.length > 0 && (
              <section className="block">
                <h2>{words['alarms.here']}</h2>
                <AlarmList alarms={data.alarms} />
              </section>
            )}
            <HeadCard status={data} />
            <ValidatorsTable status={data} />
            {data.consensus !== null && <PeersTable status={data} />}
            <MembersTable status={data} />
            <section className="block">
              <h2>{words['witnesses.title']}</h2>
              <WitnessList view={data.witnesses} server={session.url} />
            </section>
            <div className="operator-grid">
              <MempoolCard status={data} />
              <DiskCard status={data} />
              <SoftwareCard status={data} />
            </div>
          </div>
        )}
      </Loaded>
    </Page>
  );
}

function Lead({ status: { alarms, head } }: { readonly status: OperatorStatus }) {
  const words = useWords(operatorWords);
  const language = useLanguage();
  const harmful = alarms.filter(({ severity }) => severity === 'harm').length;
  if (harmful > 0) return words['ledger.bad'](harmful);
  return alarms.length > 0 ? words['ledger.look'](alarms.length) : words['ledger.good'](head.height.toLocaleString(language));
}
