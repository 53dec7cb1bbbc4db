import type { WitnessesView } from '../../contract/witnesses.ts';
import { useLanguage, useWords } from '../i18n/language.ts';
import { operatorWords } from '../i18n/operator.ts';
import { Icon } from '../ui/icon.tsx';
import { Empty } from '../ui/notice.tsx';
import { Ago } from '../ui/time.tsx';

/** How many have seen this history, who, when, and what speaks against it. `server`: base URL of the node that says so. */
export function WitnessList({ view, server = '' }: { readonly view: WitnessesView; readonly server?: string }) {
  const words = useWords(operatorWords);
  const language = useLanguage();
  const { witnesses, parties, disputes } = view;
  return (
    <div className="stack" data-parties={parties}>
      {disputes.length > 0 && (
        <section className="notice harm">
          <h3>{words['witnesses.disputed']}</h3>
          <ul>
            {disputes.map(({ who, what, proof }) => (
              <li key={`${who}${what}`}>
                {what} <span className="small">({who})</span> {proof !== null && <a href={`${server}${proof}`}>{words['witnesses.proof']}</a>}
              </li>
            ))}
          </ul>
        </section>
      )}
      {witnesses.length === 0 ? (
        <Empty title={words['witnesses.empty']} text={words['witnesses.emptyText']} />
      ) : (
        <div className="card table-card">
          <table className="table">
            <thead>
              <tr>
                <th scope="col">{words['col.witness']}</th>
                <th scope="col">{words['col.seen']}</th>
                <th scope="col">{words['col.when']}</th>
              </tr>
            </thead>
            <tbody>
              {witnesses.map(({ key, name, organisation, cosigned, problem }) => (
                <tr key={key}>
                  <td data-label={words['col.witness']}>
                    {name} <span className="small soft">({organisation === null ? words['witnesses.outside'] : words['witnesses.member']})</span>
                  </td>
                  <td data-label={words['col.seen']}>
                    {cosigned === null
                      ? words['witnesses.notSeen']
                      : words['seen.state'](cosigned.height?.toLocaleString(language) ?? '–', cosigned.size.toLocaleString(language))}
                    {problem !== null && (
                      <span className="pill wait">
                        <Icon name="alarm" size={14} />
                        {problem.message}
                      </span>
                    )}
                  </td>
                  <td data-label={words['col.when']}>{cosigned === null ? '–' : <Ago iso={cosigned.time} />}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </div>
  );
}
