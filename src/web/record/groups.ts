/** A timeline as it is read: by visit, newest first; what belongs to no visit is grouped by day. */
import type { OrganisationRef, TimelineItem } from '../../contract/portal.ts';

export interface Group {
  readonly key: string;
  /** Newest time in the group. */
  readonly when: string;
  /** The visit itself, when it is among the items. */
  readonly visit: TimelineItem | undefined;
  readonly items: readonly TimelineItem[];
  /** Where it was written, when that is one place. */
  readonly organisation: OrganisationRef | undefined;
}

/** `Encounter/1/_history/3` and `Encounter/1` are the same visit. */
const withoutVersion = (reference: string): string => reference.replace(/\/_history\/.*$/, '');

const keyOf = (item: TimelineItem): string => {
  if (item.kind === 'visit') return withoutVersion(item.ref);
  return item.visit === undefined ? `day ${item.when.slice(0, 10)}` : withoutVersion(item.visit);
};

/** Keeps the order of the items: the groups stand where their first item stands. */
export function groupByVisit(items: readonly TimelineItem[]): readonly Group[] {
  return [...Map.groupBy(items, keyOf)].map(([key, members]) => {
    const visit = members.find((item) => item.kind === 'visit');
    const [first] = members;
    const one = members.every((item) => item.author.organisation.id === first!.author.organisation.id);
    return {
      key,
      when: visit?.when ?? first!.when,
      visit,
      items: members.filter((item) => item !== visit),
      organisation: one ? first!.author.organisation : undefined,
    };
  });
}
