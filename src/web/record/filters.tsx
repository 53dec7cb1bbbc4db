import { useNavigate } from '@tanstack/react-router';
import type { TimelineKind } from '../../contract/portal.ts';
import { useWords } from '../i18n/language.ts';
import { recordWords } from '../i18n/record.ts';
import type { TimelineSearch } from '../search.ts';
import { useTypedQuery } from '../ui/typed-query.ts';

const kinds: readonly Exclude<TimelineKind, 'other'>[] = [
  'visit',
  'result',
  'diagnosis',
  'medication',
  'procedure',
  'immunization',
  'allergy',
  'document',
  'plan',
];

/** Filters live in the URL: a filtered record can be sent to a colleague. */
export function Filters({ search }: { readonly search: TimelineSearch }) {
  const words = useWords(recordWords);
  const navigate = useNavigate();
  const set = (change: Partial<Record<keyof TimelineSearch, string | undefined>>): void =>
    void navigate({ to: '.', search: (before) => ({ ...before, item: undefined, ...change }), replace: true, resetScroll: false });
  const [typed, setTyped] = useTypedQuery(search.q, (q) => set({ q }));
  return (
    <search className="filters" aria-label={words['filter.label']}>
      <div className="filter-fields">
        <label className="field">
          <span>{words['filter.search']}</span>
          <input type="search" data-search value={typed} onChange={(event) => setTyped(event.target.value)} />
        </label>
        <label className="field">
          <span>{words['filter.kind']}</span>
          <select value={search.kind ?? ''} onChange={(event) => set({ kind: event.target.value === '' ? undefined : event.target.value })}>
            <option value="">{words['kinds.all']}</option>
            {kinds.map((kind) => (
              <option key={kind} value={kind}>
                {words[`kinds.${kind}`]}
              </option>
            ))}
          </select>
        </label>
        <label className="field">
          <span>{words['filter.from']}</span>
          <input
            type="date"
            value={search.from ?? ''}
            onChange={(event) => set({ from: event.target.value === '' ? undefined : event.target.value })}
          />
        </label>
        <label className="field">
          <span>{words['filter.to']}</span>
          <input type="date" value={search.to ?? ''} onChange={(event) => set({ to: event.target.value === '' ? undefined : event.target.value })} />
        </label>
      </div>
    </search>
  );
}
