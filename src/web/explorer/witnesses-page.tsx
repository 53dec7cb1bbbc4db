/** Public: who has seen this history. */
import { useQuery } from '@tanstack/react-query';
import { useWords } from '../i18n/language.ts';
import { operatorWords } from '../i18n/operator.ts';
import { WitnessList } from '../operator/witness-list.tsx';
import { witnessesQuery } from '../operator/status.ts';
import { Loaded } from '../ui/loaded.tsx';
import { Page } from '../ui/page.tsx';

export function WitnessesPage() {
  const words = useWords(operatorWords);
  const view = useQuery(witnessesQuery);
  const parties = view.data?.parties;
  return (
    <Page
      title={words['witnesses.title']}
      lead={parties !== undefined && (parties === 0 ? words['witnesses.none'] : words['witnesses.some'](parties))}
    >
      <div className="stack">
        <p>{words['witnesses.lead']}</p>
        <Loaded query={view}>{(data) => <WitnessList view={data} />}</Loaded>
        {view.data?.checkpoint != null && (
          <section className="card">
            <h2>{words['witnesses.check']}</h2>
            <p>{words['witnesses.checkText']}</p>
            <p>
              <a href="/log/checkpoint">{words['witnesses.download']}</a>
            </p>
          </section>
        )}
      </div>
    </Page>
  );
}
