import type { NetworkOverview } from '../../contract/network.ts';
import { useLanguage, useWords } from '../i18n/language.ts';
import { hubWords } from '../i18n/hub.ts';
import { Icon } from '../ui/icon.tsx';
import { Ago } from '../ui/time.tsx';

const tones = { well: 'good', attention: 'wait', harm: 'harm' } as const;
const icons = { well: 'check', attention: 'question', harm: 'alarm' } as const;

export function OrganisationCard({ organisation }: { readonly organisation: NetworkOverview['organisations'][number] }) {
  const words = useWords(hubWords);
  const language = useLanguage();
  const { health } = organisation;
  return (
    <li className="card organisation">
      <div className="row spread">
        <h2>{organisation.name}</h2>
        <span className={`pill ${tones[health]}`}>
          <Icon name={icons[health]} size={14} />
          {words[`health.${health}`]}
        </span>
      </div>
      <p className="soft">{words[`kind.${organisation.kind}`]}</p>
      <dl className="figures">
        <div>
          <dt>{words.patients}</dt>
          <dd>{organisation.patients.toLocaleString(language)}</dd>
        </div>
        <div>
          <dt>{words.records}</dt>
          <dd>{organisation.records.toLocaleString(language)}</dd>
        </div>
        <div>
          <dt>{words.lastAnchor}</dt>
          <dd>{organisation.lastAnchor === null ? words.neverAnchored : <Ago iso={organisation.lastAnchor.time} />}</dd>
        </div>
      </dl>
      <p className={`small ${health === 'well' ? 'soft' : tones[health]}`}>{organisation.healthText}</p>
      <a href={organisation.url} className="small">
        {words.openNode}
        <span className="unseen"> ({organisation.name})</span>
      </a>
    </li>
  );
}
