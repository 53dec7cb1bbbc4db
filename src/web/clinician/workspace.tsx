import { Link } from '@tanstack/react-router';
import type { PatientBanner } from '../../contract/portal.ts';
import { useLanguage, useWords } from '../i18n/language.ts';
import { clinicianWords } from '../i18n/clinician.ts';
import { recordWords } from '../i18n/record.ts';
import { Mark } from '../proof/mark.tsx';
import { formatDay } from '../time/format.ts';

type Fact = PatientBanner['conditions'][number];

/** Beside the chart: what is current, where it comes from, and how to get what is elsewhere. */
export function Workspace({ banner }: { readonly banner: PatientBanner }) {
  const words = useWords(clinicianWords);
  const record = useWords(recordWords);
  return (
    <aside className="workspace" aria-label={words['chart.workspace']}>
      <Facts title={record.conditions} none={record.noConditions} facts={banner.conditions} />
      <Facts title={record.medications} none={record.noMedications} facts={banner.medications} />
      <section className="card">
        <h2>{words['chart.sources']}</h2>
        <p className="small soft">{words['chart.sourcesText'](banner.custodian.name)}</p>
      </section>
      {banner.identifiers.length > 0 && (
        <section className="card">
          <h2>{words['chart.identifiers']}</h2>
          <dl className="pairs small">
            {banner.identifiers.map(({ label, value }) => (
              <div key={label + value} className="contents">
                <dt>{label}</dt>
                <dd>{value}</dd>
              </div>
            ))}
          </dl>
        </section>
      )}
      <section className="card stack">
        <h2>{words['chart.elsewhere']}</h2>
        <p className="small soft">{words['chart.elsewhereText']}</p>
        <Link to="/clinician/request" className="button small">
          {words['patients.ask']}
        </Link>
      </section>
    </aside>
  );
}

function Facts({ title, none, facts }: { readonly title: string; readonly none: string; readonly facts: readonly Fact[] }) {
  const record = useWords(recordWords);
  const language = useLanguage();
  return (
    <section className="card">
      <h2>{title}</h2>
      {facts.length === 0 && <p className="soft small">{none}</p>}
      <ul className="facts">
        {facts.map((fact, index) => (
          <li key={`${fact.text}${index}`}>
            <span>
              {fact.text}{' '}
              {fact.since !== undefined && <span className="soft small">{record.since(formatDay(fact.since.slice(0, 10), { language }))}</span>}
            </span>
            <Mark proof={fact.proof} about={fact.text} />
          </li>
        ))}
      </ul>
    </section>
  );
}
