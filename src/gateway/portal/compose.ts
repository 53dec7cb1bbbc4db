/** A patient's whole record as lines of a timeline, newest first. Kept for a while, per patient and visibility, until something is written. */
import type { Visibility, Space, Unit, VersionDraft } from '../../records/model.ts';
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

interface Kept {
  readonly space: Space;
  readonly patient: string;
  readonly composed: Promise<Composed>;
  /** `Type/id` of what is shown; undefined: still being loaded. */
  names: ReadonlySet<string> | undefined;
}

/** Written into the patient's record, or taken out of it: a version that says it is somebody else's, or a copy that was withdrawn. */
function concerns({ type, id, version, compartments }: VersionDraft, { patient, names }: Kept): boolean {
  if (compartments.length === 0 || compartments.includes(patient)) return true;
  return version > 1 && (names === undefined || names.has(`${type}/${id}`));
}

export function composer(reader: RecordReader): Composer {
  const kept = new Map<string, Kept>();
  return {
    compose(space, patient, visibility) {
      const name = JSON.stringify([space, patient, visibility]);
      const known = kept.get(name);
      if (known) return known.composed;
      if (kept.size >= KEPT) kept.delete(kept.keys().next().value!);
      const composed = load(reader, space, patient, visibility);
      const entry: Kept = { space, patient, composed, names: undefined };
      composed.then(
        ({ items }) => (entry.names = new Set(items.map(({ type, id }) => `${type}/${id}`))),
        () => kept.delete(name),
      );
      kept.set(name, entry);
      return composed;
    },
    forget(unit) {
      for (const [name, entry] of kept) {
        if (unit.versions.some((draft) => draft.space === entry.space && concerns(draft, entry))) kept.delete(name);
      }
    },
  };
}
