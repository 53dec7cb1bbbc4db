/** A verification report: the verdict, what did not hold and where, what was checked, what could not be. */
import type { Finding, VerificationReport } from '../../contract/network.ts';
import { useLanguage, useWords } from '../i18n/language.ts';
import { dutyWords } from '../i18n/duty.ts';
import type { dutyEn } from '../i18n/en/duty.ts';
import { Icon } from '../ui/icon.tsx';
import { Moment } from '../ui/time.tsx';
import './duty.css';

export function ReportView({ report }: { readonly report: VerificationReport }) {
  const words = useWords(dutyWords);
  const language = useLanguage();
  const seconds = ((Date.parse(report.finished) - Date.parse(report.started)) / 1000).toFixed(1);
  return (
    <section className="stack" data-report={report.holds ? 'holds' : 'fails'}>
      <div className={`notice ${report.holds ? 'good' : 'harm'}`}>
        <h2 className="row">
          <Icon name={report.holds ? 'shield' : 'shieldNo'} />
          {report.holds ? words['report.holds'] : words['report.fails'](report.findings.length)}
        </h2>
        <p className="small">
          {words.checkedWhen} <Moment iso={report.finished} />, {words.took(seconds)}
        </p>
      </div>
      {report.findings.length > 0 && (
        <section>
          <h3>{words['report.findings']}</h3>
          <ul className="findings">
            {report.findings.slice(0, 200).map((finding, index) => (
              <FindingRow key={`${finding.where}${index}`} finding={finding} />
            ))}
          </ul>
        </section>
      )}
      {report.unchecked.length > 0 && (
        <section className="notice">
          <h3>{words['report.unchecked']}</h3>
          <ul>
            {report.unchecked.map((reason) => (
              <li key={reason}>{reason}</li>
            ))}
          </ul>
        </section>
      )}
      <section className="card">
        <h3>{words['report.checked']}</h3>
        <dl className="counts">
          {Object.entries(report.checked).map(([what, count]) => (
            <div key={what}>
              <dt>{`checked.${what}` in words ? (words[`checked.${what}` as keyof typeof dutyEn] as string) : what}</dt>
              <dd>{count.toLocaleString(language)}</dd>
            </div>
          ))}
        </dl>
      </section>
    </section>
  );
}

export function FindingRow({ finding }: { readonly finding: Finding }) {
  const words = useWords(dutyWords);
  return (
    <li className="card finding">
      <p>
        <strong>{finding.what}</strong>
      </p>
      <dl className="pairs small">
        <dt>{words['finding.where']}</dt>
        <dd>{finding.where}</dd>
        {finding.record !== undefined && (
          <>
            <dt>{words['finding.record']}</dt>
            <dd>
              <code>{finding.record}</code>
            </dd>
          </>
        )}
        <dt>{words['finding.code']}</dt>
        <dd>
          <code>{finding.code}</code>
        </dd>
      </dl>
      <span className={`pill ${finding.healable ? 'good' : 'wait'}`}>
        {finding.healable ? words['finding.healable'] : words['finding.notHealable']}
      </span>
    </li>
  );
}
