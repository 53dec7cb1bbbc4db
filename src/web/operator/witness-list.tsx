import type { WitnessesView } from '../../contract/witnesses.ts';
import { useLanguage, useWords } from '../i18n/language.ts';
import { operatorWords } from '../i18n/operator.ts';
import { DataTable } from '../ui/data-table.tsx';
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
        <DataTable
          rows={witnesses}
          keyOf={({ key }) => key}
          columns={[
            {
              title: words['col.witness'],
              cell: ({ name, organisation }) => (
                <>
                  {name} <span className="small soft">({organisation === null ? words['witnesses.outside'] : words['witnesses.member']})</span>
                </>
              ),
            },
            {
              title: words['col.seen'],
              cell: ({ cosigned, problem }) => (
                <>
                  {cosigned === null
                    ? words['witnesses.notSeen']
                    : words['seen.state'](cosigned.height?.toLocaleString(language) ?? '–', cosigned.size.toLocaleString(language))}
                  {problem !== null && (
                    <span className="pill wait">
                      <Icon name="alarm" size={14} />
                      {problem.message}
                    </span>
                  )}
                </>
              ),
            },
            { title: words['col.when'], cell: ({ cosigned }) => (cosigned === null ? '–' : <Ago iso={cosigned.time} />) },
          ]}
        />
      )}
    </div>
  );
}
