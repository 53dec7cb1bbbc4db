/** Records as a list in memory, and queries as their definitions say: what the real reader is compared with. */
import type { Match, Query, RecordKey, VersionDraft, Visibility } from '../../src/records/model.ts';

export class NaiveRecords {
  readonly heads = new Map<string, VersionDraft>();
  readonly order: string[] = [];
  readonly versions: VersionDraft[] = [];

  static name = ({ type, id }: RecordKey): string => `${type}/${id}`;

  write(draft: VersionDraft): void {
    const name = NaiveRecords.name(draft);
    const before = this.heads.get(name);
    if (!before) this.order.push(name);
    // A deletion keeps the compartments and labels of what it deletes.
    const kept =
      draft.deleted && draft.compartments.length === 0 && before
        ? { ...draft, compartments: before.compartments, labels: [...draft.labels, ...before.labels] }
        : draft;
    this.heads.set(name, kept);
    this.versions.push(kept);
  }

  visible(draft: VersionDraft, visibility: Visibility): boolean {
    const { patients, sharedTypes, withoutLabels, onlyTypes } = visibility;
    if (onlyTypes && !onlyTypes.includes(draft.type)) return false;
    if (draft.labels.some((label) => withoutLabels.includes(label))) return false;
    if (patients === 'all' || draft.compartments.some((patient) => patients.includes(patient))) return true;
    return draft.compartments.length === 0 && sharedTypes.includes(draft.type);
  }

  matches(draft: VersionDraft, match: Match, visibility: Visibility): boolean {
    const targets = (param: string): readonly string[] => draft.terms.edges.filter((edge) => edge.param === param).map((edge) => edge.target);
    const current = (type: string): VersionDraft[] =>
      [...this.heads.values()].filter((head) => head.type === type && !head.deleted && this.visible(head, visibility));
    switch (match.kind) {
      case 'everything':
        return true;
      case 'token':
        return match.anyOf.some((term) => draft.terms.tokens.includes(term));
      case 'refers':
        return match.anyOf.some((target) => targets(match.param).includes(target));
      case 'chain':
        return current(match.type).some(
          (head) => targets(match.param).includes(NaiveRecords.name(head)) && this.matches(head, match.where, visibility),
        );
      case 'reverse':
        return current(match.type).some(
          (head) =>
            head.terms.edges.some((edge) => edge.param === match.param && edge.target === NaiveRecords.name(draft)) &&
            this.matches(head, match.where, visibility),
        );
      case 'ids':
        return match.ids.includes(draft.id);
      case 'updated':
        return (match.from === undefined || draft.lastUpdated >= match.from) && (match.before === undefined || draft.lastUpdated < match.before);
      case 'all':
        return match.of.every((part) => this.matches(draft, part, visibility));
      case 'some':
        return match.of.some((part) => this.matches(draft, part, visibility));
      case 'not':
        return !this.matches(draft, match.of, visibility);
    }
  }

  /** Names of all that match, in the query's order. */
  search({ types, where, visibility, order }: Query): readonly string[] {
    const found = this.order
      .map((name) => this.heads.get(name)!)
      .filter(
        (head) =>
          (types.length === 0 || types.includes(head.type)) &&
          !head.deleted &&
          this.visible(head, visibility) &&
          this.matches(head, where, visibility),
      );
    if (order.by === 'stored') return found.map(NaiveRecords.name);
    const place = (draft: VersionDraft): number => this.order.indexOf(NaiveRecords.name(draft));
    const sign = order.descending ? -1 : 1;
    if (order.by === 'updated') return found.sort((a, b) => sign * (a.lastUpdated - b.lastUpdated || place(a) - place(b))).map(NaiveRecords.name);
    const date = (draft: VersionDraft): number => (draft.sortDate === undefined ? Infinity : sign * draft.sortDate);
    return found.sort((a, b) => (date(a) === date(b) ? place(a) - place(b) : date(a) - date(b))).map(NaiveRecords.name);
  }
}
