/** Everything that asks for somebody now, and every runbook there is. */
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { AlarmCode } from '../../contract/operator.ts';
import { useSession } from '../api/session.ts';
import { useWords } from '../i18n/language.ts';
import { operatorWords } from '../i18n/operator.ts';
import { runbookWords } from '../i18n/runbooks.ts';
import { Loaded } from '../ui/loaded.tsx';
import { Empty } from '../ui/notice.tsx';
import { Page } from '../ui/page.tsx';
import { AlarmList } from './alarm-list.tsx';
import { statusQuery } from './status.ts';

export function AlarmsPage() {
  const words = useWords(operatorWords);
  const runbooks = useWords(runbookWords);
  const status = useQuery(statusQuery(useSession()!));
  const codes = Object.keys(runbooks)
    .filter((key) => key.endsWith('.title'))
    .map((key) => key.slice(0, -'.title'.length) as AlarmCode);
  return (
    <Page title={words['alarms.title']} lead={status.data && words['alarms.lead'](status.data.alarms.length)}>
      <div className="stack">
        <Loaded query={status}>
          {({ alarms }) =>
            alarms.length === 0 ? <Empty title={words['alarms.none']} text={words['alarms.noneText']} /> : <AlarmList alarms={alarms} />
          }
        </Loaded>
        <section className="block">
          <h2>{words['runbook.all']}</h2>
          <ul className="runbooks">
            {codes.map((code) => (
              <li key={code}>
                <Link to="/desk/alarms/$code" params={{ code }}>
                  {runbooks[`${code}.title`]}
                </Link>
              </li>
            ))}
          </ul>
        </section>
      </div>
    </Page>
  );
}
