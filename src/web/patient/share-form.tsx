/** The parts of a share that can be chosen: what, sensitive or not, until when. Used for a new share and to narrow one. */
import { shareCategories, type ShareCategory } from '../../contract/portal.ts';
import { useWords } from '../i18n/language.ts';
import { patientWords } from '../i18n/patient.ts';
import { monthsFrom } from '../time/format.ts';
import { Button } from '../ui/button.tsx';

export interface ShareChoice {
  readonly categories: readonly ShareCategory[];
  readonly includeSensitive: boolean;
  readonly until: string;
}

/** Everything, or a choice of the rest: never both. */
export function toggleCategory(chosen: readonly ShareCategory[], category: ShareCategory): readonly ShareCategory[] {
  if (category === 'everything') return chosen.includes('everything') ? [] : ['everything'];
  const rest = chosen.filter((one) => one !== 'everything');
  return rest.includes(category) ? rest.filter((one) => one !== category) : [...rest, category];
}

export function WhatFields({ choice, onChange }: { readonly choice: ShareChoice; readonly onChange: (choice: ShareChoice) => void }) {
  const words = useWords(patientWords);
  const now = Date.now();
  return (
    <>
      <fieldset className="stack">
        <legend>{words['new.what']}</legend>
        <div className="choices">
          {shareCategories.map((category) => (
            <label key={category} className="choice">
              <input
                type="checkbox"
                checked={choice.categories.includes(category)}
                onChange={() => onChange({ ...choice, categories: toggleCategory(choice.categories, category) })}
              />
              <span>{words[`category.${category}`]}</span>
            </label>
          ))}
        </div>
        {choice.categories.length === 0 && (
          <p className="harm" role="alert">
            {words['new.noneChosen']}
          </p>
        )}
        <label className="choice">
          <input
            type="checkbox"
            checked={choice.includeSensitive}
            onChange={(event) => onChange({ ...choice, includeSensitive: event.target.checked })}
          />
          <span>
            {words['new.sensitive']}
            <span className="help soft small"> {words['new.sensitiveHelp']}</span>
          </span>
        </label>
      </fieldset>
      <fieldset className="stack">
        <legend>{words['new.until']}</legend>
        <div className="row">
          {[1, 6, 12].map((months) => {
            const day = monthsFrom(now, months);
            return (
              <Button key={months} small kind={choice.until === day ? 'primary' : 'plain'} onPress={() => onChange({ ...choice, until: day })}>
                {words['new.untilMonths'](months)}
              </Button>
            );
          })}
        </div>
        <label className="field date">
          <span>{words['new.untilDay']}</span>
          <input
            type="date"
            required
            value={choice.until}
            min={new Date(now).toISOString().slice(0, 10)}
            onChange={(event) => event.target.value !== '' && onChange({ ...choice, until: event.target.value })}
          />
        </label>
      </fieldset>
    </>
  );
}
