/** Each finding of the last verification as an incident: what happened, since when, what it means, what to do. */
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useSession } from '../api/session.ts';
import { useWords } from '../i18n/language.ts';
import { dutyWords } from '../i18n/duty.ts';
import { Loaded } from '../ui/loaded.tsx';
import { Empty } from '../ui/notice.tsx';
import { Page } from '../ui/page.tsx';
import { Moment } from '../ui/time.tsx';
import './duty.css';
import { lastReport } from './verification.ts';

export function IncidentsPage() {
  const words = useWords(dutyWords);
  const session = useSession()!;
  const last = useQuery({ ...lastReport(session), refetchInterval: 10_000 });
  return (
    <Page title={words['incidents.title']} lead={words['incidents.lead']}>
      <Loaded query={last}>
        {(report) =>
          report === null || report.findings.length === 0 ? (
            <Empty
              title={words['incidents.none']}
              text={words['incidents.noneText']}
              action={
                <Link to="/desk" className="button">
                  {words['incidents.goVerify']}
                </Link>
              }
            />
          ) : (
            <ul className="findings">
              {report.findings.slice(0, 200).map((finding, index) => (
                <li key={`${finding.where}${index}`} className="card finding">
                  <h2>{finding.what}</h2>
                  <dl className="pairs">
                    <dt>{words['incident.since']}</dt>
                    <dd>
                      <Moment iso={report.finished} />
                    </dd>
                    <dt>{words['finding.where']}</dt>
                    <dd>
                      {finding.where} {finding.record !== undefined && <code>{finding.record}</code>}
                    </dd>
                    <dt>{words['incident.meaning']}</dt>
                    <dd>{words['incident.meaningText']}</dd>
                    <dt>{words['incident.todo']}</dt>
                    <dd>{finding.healable ? words['incident.todoHeal'] : words['incident.todoKeep']}</dd>
                    <dt>{words['finding.code']}</dt>
                    <dd>
                      <code>{finding.code}</code>
                    </dd>
                  </dl>
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
    </Page>
  );
}
