/** What exactly an organisation would see under a share that does not exist yet. */
import { useQuery } from '@tanstack/react-query';
import type { OrganisationRef, SharePreview, ShareRequest } from '../../contract/portal.ts';
import { getJson } from '../api/http.ts';
import { targetOf } from '../api/session.ts';
import { useLanguage, useWords } from '../i18n/language.ts';
import { patientWords } from '../i18n/patient.ts';
import { recordWords } from '../i18n/record.ts';
import { Icon } from '../ui/icon.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { Day } from '../ui/time.tsx';
import type { Own } from './own.tsx';
import { shareSentence } from './share-sentence.ts';

export function SharePreviewView({
  own,
  request,
  organisation,
}: {
  readonly own: Own;
  readonly request: ShareRequest;
  readonly organisation: OrganisationRef | undefined;
}) {
  const words = useWords(patientWords);
  const record = useWords(recordWords);
  const language = useLanguage();
  const preview = useQuery({
    queryKey: ['share-preview', own.patientId, request],
    queryFn: ({ signal }) =>
      getJson<SharePreview>(targetOf(own.session), `/portal/api/patients/${own.patientId}/shares/preview`, { method: 'POST', body: request, signal }),
  });
  return (
    <Loaded query={preview}>
      {(data) => (
        <section className="card stack" data-preview>
          <h2>{organisation === undefined ? data.sentence : shareSentence({ ...request, organisation, state: 'active' }, words, language)}</h2>
          <p>{words['new.preview']}:</p>
          <dl className="counts-row">
            {data.counts.map(({ kind, count }) => (
              <div key={kind}>
                <dt>{kind === 'other' ? record['kind.other'] : record[`kinds.${kind}`]}</dt>
                <dd>{count.toLocaleString(language)}</dd>
              </div>
            ))}
          </dl>
          {data.examples.length > 0 && (
            <div>
              <h3>{words['new.examples']}</h3>
              <ul className="examples">
                {data.examples.map((example, index) => (
                  <li key={index}>
                    <Icon name={example.kind} size={18} />
                    <span>{example.title}</span>
                    <span className="soft small">
                      <Day iso={example.when.slice(0, 10)} />
                    </span>
                  </li>
                ))}
              </ul>
            </div>
          )}
          <p className="soft">{words['new.withheld'](data.withheld)}</p>
        </section>
      )}
    </Loaded>
  );
}
