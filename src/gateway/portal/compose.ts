/** A patient's whole record as lines of a timeline, newest first. Kept for a while, per patient and visibility, until something is written. */
import type { Visibility, Space, Unit } from '../../records/model.ts';
import type { RecordReader } from '../../records/ports.ts';
import { itemOf, type DraftItem } from './item.ts';
import { parseResource } from './resource.ts';

export interface Composed {
  /** Newest first. */
  readonly items: readonly DraftItem[];
  /** Results with numbers by code and unit, oldest first. */
  readonly series: ReadonlyMap<string, readonly DraftItem[]>;
}

export interface Composer {
  compose(space: Space, patient: string, visibility: Visibility): Promise<Composed>;
  /** Something was written. */
  forget(unit: Unit): void;
}

const PAGE = 500;
const MAX_RECORDS = 20_000;
const KEPT = 24;

const time = (item: DraftItem): number => {
  const parsed = Date.parse(item.when);
  return Number.isNaN(parsed) ? 0 : parsed;
};

/** Names a measurement: same code, same unit. */
export const seriesOf = (item: DraftItem): string | undefined =>
  item.kind === 'result' && item.value?.number !== undefined && item.code?.code !== undefined
    ? `${item.code.system ?? ''}|${item.code.code}|${item.value.unit ?? ''}`
    : undefined;

async function load(reader: RecordReader, space: Space, patient: string, visibility: Visibility): Promise<Composed> {
  const items: DraftItem[] = [];
  let after: string | undefined;
  do {
    const page = await reader.compartment(
      space,
      patient,
      { ...visibility, sharedTypes: [] },
      { limit: PAGE, ...(after === undefined ? {} : { after }) },
    );
    for (const record of page.records) {
      if (record.deleted) continue;
      const item = itemOf(record, parseResource(record.content));
      if (item) items.push(item);
    }
    after = page.next;
  } while (after !== undefined && items.length < MAX_RECORDS);
  const sorted = items.toSorted((a, b) => time(b) - time(a) || b.sequence - a.sequence);
  const series = new Map<string, DraftItem[]>();
  for (const item of sorted.toReversed()) {
    const name = seriesOf(item);
    if (name === undefined) continue;
    const list = series.get(name);
    if (list) list.push(item);
    else series.set(name, [item]);
  }
  return { items: sorted, series };
}

export function composer(reader: RecordReader): Composer {
  const kept = new Map<string, { readonly space: Space; readonly patient: string; readonly composed: Promise<Composed> }>();
  return {
    compose(space, patient, visibility) {
      const name = JSON.stringify([space, patient, visibility]);
      const known = kept.get(name);
      if (known) return known.composed;
      if (kept.size >= KEPT) kept.delete(kept.keys().next().value!);
      const composed = load(reader, space, patient, visibility);
      composed.catch(() => kept.delete(name));
      kept.set(name, { space, patient, composed });
      return composed;
    },
    forget(unit) {
      for (const [name, { space, patient }] of kept) {
        if (unit.versions.some((draft) => draft.space === space && (draft.compartments.length === 0 || draft.compartments.includes(patient))))
          kept.delete(name);
      }
    },
  };
}
