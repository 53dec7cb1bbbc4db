/** One fact of a record: what it says first, how it stands and where it came from beside it, its code one click away. */
import type { TimelineItem } from '../../contract/portal.ts';
import { useLanguage, useWords } from '../i18n/language.ts';
import { recordWords } from '../i18n/record.ts';
import { Mark } from '../proof/mark.tsx';
import { Icon } from '../ui/icon.tsx';
import { Moment } from '../ui/time.tsx';
import { rangeState } from './range.ts';
import { Trend, TrendTable } from './trend.tsx';
import { rangeWords } from './value-words.ts';

/** Statuses that say only that the entry is as entries usually are. */
const plainStatuses: ReadonlySet<string> = new Set(['completed', 'current', 'final', 'finished']);

interface Props {
  readonly item: TimelineItem;
  readonly open: boolean;
  readonly onToggle: () => void;
}

export function ItemRow({ item, open, onToggle }: Props) {
  const words = useWords(recordWords);
  const language = useLanguage();
  const range = rangeState(item.value);
  const usual = rangeWords(item.value, words, language);
  const says = item.value === undefined && !plainStatuses.has(item.detail ?? '') ? item.detail : undefined;
  return (
    <li className={`item ${open ? 'open' : ''}`} data-ref={item.ref}>
      <span className="item-icon" title={words[`kind.${item.kind}`]}>
        <Icon name={item.kind} size={18} />
        <span className="unseen">{words[`kind.${item.kind}`]}: </span>
      </span>
      <div className="item-main">
        <button type="button" className="item-title" aria-expanded={open} onClick={onToggle}>
          {item.title}
        </button>
        {item.value !== undefined && (
          <p className="item-value">
            <strong>{item.value.text}</strong>
            {range !== undefined && <span className={`pill ${range === 'within' ? 'good' : 'wait'}`}>{words[`range.${range}`]}</span>}
            {usual !== undefined && <span className="soft small">{usual}</span>}
          </p>
        )}
        {says !== undefined && <p className="soft small">{says}</p>}
      </div>
      {item.value !== undefined && item.trend !== undefined && !open && <Trend value={item.value} trend={item.trend} when={item.when} />}
      <Mark proof={item.proof} about={item.title} />
      {open && <ItemDetails item={item} />}
    </li>
  );
}

function ItemDetails({ item }: { readonly item: TimelineItem }) {
  const words = useWords(recordWords);
  const { author } = item;
  return (
    <div className="item-details">
      {item.value !== undefined && item.trend !== undefined && (
        <>
          <Trend large value={item.value} trend={item.trend} when={item.when} />
          <TrendTable value={item.value} trend={item.trend} />
        </>
      )}
      <p>
        {author.name === undefined ? words.writtenByOrganisation(author.organisation.name) : words.writtenBy(author.name, author.organisation.name)}
      </p>
      <dl className="pairs small">
        <dt>{words['item.when']}</dt>
        <dd>
          <Moment iso={item.when} />
        </dd>
        {item.code?.code !== undefined && (
          <>
            <dt>{words['item.code']}</dt>
            <dd>
              <code>{item.code.code}</code> {item.code.text} {item.code.system !== undefined && <span className="soft">({item.code.system})</span>}
            </dd>
          </>
        )}
        <dt>{words['item.reference']}</dt>
        <dd>
          <code>{item.ref}</code>
        </dd>
      </dl>
    </div>
  );
}
