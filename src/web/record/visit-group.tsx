import { useWords } from '../i18n/language.ts';
import { recordWords } from '../i18n/record.ts';
import { Mark } from '../proof/mark.tsx';
import { Day } from '../ui/time.tsx';
import type { Group } from './groups.ts';
import { ItemRow } from './item-row.tsx';

interface Props {
  readonly group: Group;
  /** FHIR reference of the item shown in full. */
  readonly open: string | undefined;
  readonly onToggle: (ref: string) => void;
}

export function VisitGroup({ group, open, onToggle }: Props) {
  const words = useWords(recordWords);
  const { visit, organisation } = group;
  return (
    <section className="visit">
      <header>
        <p className="visit-day">
          <Day iso={group.when.slice(0, 10)} />
        </p>
        <h2>{visit?.title ?? (group.key.startsWith('day ') ? words.otherEntries : words['kind.visit'])}</h2>
        <p className="soft small">
          {[visit?.author.name, organisation === undefined ? undefined : words.visitBy(organisation.name)]
            .filter((part) => part !== undefined)
            .join(', ')}
        </p>
        {visit !== undefined && <Mark proof={visit.proof} about={visit.title} />}
      </header>
      {group.items.length > 0 && (
        <ul className="items">
          {group.items.map((item) => (
            <ItemRow key={item.ref} item={item} open={item.ref === open} onToggle={() => onToggle(item.ref)} />
          ))}
        </ul>
      )}
    </section>
  );
}
