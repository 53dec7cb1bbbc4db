import type { HealReport } from '../../contract/network.ts';
import { useWords } from '../i18n/language.ts';
import { dutyWords } from '../i18n/duty.ts';

/** What was restored and from whom, and what was not and why. */
export function HealedReport({ report }: { readonly report: HealReport }) {
  const words = useWords(dutyWords);
  if (report.healed.length + report.failed.length === 0) return <p className="notice">{words['heal.nothing']}</p>;
  return (
    <div className="stack" data-healed={report.healed.length}>
      {report.healed.length > 0 && (
        <section className="notice good">
          <h2>{words['heal.title'](report.healed.length)}</h2>
          <ul>
            {report.healed.map((one, index) => (
              <li key={index}>
                {one.what}, {words['heal.from'](one.from)}. <span className="small">{one.proof}</span>
              </li>
            ))}
          </ul>
        </section>
      )}
      {report.failed.length > 0 && (
        <section className="notice harm">
          <h2>{words['heal.failed'](report.failed.length)}</h2>
          <ul>
            {report.failed.map((one, index) => (
              <li key={index}>
                {one.what}: {one.why}
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}
