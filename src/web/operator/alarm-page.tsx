/** One alarm: what the node knows of it, and its runbook. */
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import type { AlarmCode } from '../../contract/operator.ts';
import { useSession } from '../api/session.ts';
import { useWords } from '../i18n/language.ts';
import { operatorWords } from '../i18n/operator.ts';
import { runbookWords } from '../i18n/runbooks.ts';
import { MissingPage } from '../shell/missing-page.tsx';
import { Page } from '../ui/page.tsx';
import { Moment } from '../ui/time.tsx';
import './operator.css';
import { statusQuery } from './status.ts';

export function AlarmPage() {
  const { code } = useParams({ from: '/desk/alarms/$code' });
  const words = useWords(operatorWords);
  const runbooks = useWords(runbookWords);
  const status = useQuery(statusQuery(useSession()!));
  const isCode = (text: string): text is AlarmCode => `${text}.title` in runbooks;
  if (!isCode(code)) return <MissingPage />;
  const alarm = status.data?.alarms.find((one) => one.code === code);
  return (
    <Page
      title={runbooks[`${code}.title`]}
      lead={status.isSuccess && alarm === undefined ? words['alarms.ended'] : runbooks[`${code}.means`]}
      actions={
        <Link to="/desk/alarms" className="button">
          {words['runbook.back']}
        </Link>
      }
    >
      <div className="stack runbook">
        {alarm !== undefined && (
          <section className={`card alarm-card ${alarm.severity}`} data-alarm={code}>
            <dl className="pairs">
              <dt>{words['alarm.about']}</dt>
              <dd>{alarm.subjects.length > 0 ? alarm.subjects.join(', ') : words['alarm.thisNode']}</dd>
              <dt>{words['alarm.since']}</dt>
              <dd>
                <Moment iso={alarm.since} seconds />
              </dd>
              <dt>{words['alarm.says']}</dt>
              <dd>
                <ul>
                  {alarm.details.map((detail) => (
                    <li key={detail}>{detail}</li>
                  ))}
                </ul>
              </dd>
            </dl>
          </section>
        )}
        {status.isSuccess && alarm === undefined && (
          <section>
            <h2>{words['runbook.means']}</h2>
            <p>{runbooks[`${code}.means`]}</p>
          </section>
        )}
        <section>
          <h2>{words['runbook.did']}</h2>
          <p>{runbooks[`${code}.did`]}</p>
        </section>
        <section>
          <h2>{words['runbook.do']}</h2>
          <ol className="steps">
            {runbooks[`${code}.do`].split('\n').map((step) => (
              <li key={step}>{step}</li>
            ))}
          </ol>
        </section>
        <section>
          <h2>{words['runbook.over']}</h2>
          <p>{runbooks[`${code}.over`]}</p>
        </section>
      </div>
    </Page>
  );
}
