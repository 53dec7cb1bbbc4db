import { Link } from '@tanstack/react-router';
import type { Alarm } from '../../contract/operator.ts';
import { useWords } from '../i18n/language.ts';
import { operatorWords } from '../i18n/operator.ts';
import { runbookWords } from '../i18n/runbooks.ts';
import { Icon } from '../ui/icon.tsx';
import { Moment } from '../ui/time.tsx';
import './operator.css';

/** Each alarm in one line, with its way to the runbook. */
export function AlarmList({ alarms }: { readonly alarms: readonly Alarm[] }) {
  const words = useWords(operatorWords);
  const runbooks = useWords(runbookWords);
  return (
    <ul className="stack" data-alarms={alarms.length}>
      {alarms.map(({ code, severity, since, subjects }) => (
        <li key={code} className={`card alarm-card ${severity}`}>
          <span className={`pill ${severity === 'harm' ? 'harm' : 'wait'}`}>
            <Icon name="alarm" size={14} />
            {words[`severity.${severity}`]}
          </span>
          <Link to="/desk/alarms/$code" params={{ code }}>
            <strong>{runbooks[`${code}.title`]}</strong>
          </Link>
          <span className="small">
            {subjects.length > 0 && `${subjects.join(', ')} · `}
            <Moment iso={since} />
          </span>
        </li>
      ))}
    </ul>
  );
}
