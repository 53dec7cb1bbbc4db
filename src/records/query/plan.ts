/** From a query's parts to the statements that run it. */
import type { RecordsContext } from '../context.ts';
import type { Match, Space, Visibility } from '../model.ts';
import { condition, driver, indexOnly, type Compilation } from './compile.ts';
import { Parameters } from './sql.ts';
import type { TermStatistics } from './statistics.ts';
import { visibleIn } from './visible.ts';

export interface Asked {
  readonly space: Space;
  /** Empty: all types. */
  readonly types: readonly string[];
  readonly where: Match;
  readonly visibility: Visibility;
}

export interface Matching {
  readonly parameters: Parameters;
  /** `from … where …` over the matching rows of `record`, as alias `r`; `extra` is one more condition on `r`, `onRid` on the record number. */
  from(extra?: string, onRid?: string): string;
  /** Whether the source yields record numbers in order by itself. */
  readonly driven: boolean;
}

/** Beyond this many patients a compartment list is a filter, not a way in. */
const DRIVING_PATIENTS = 4;

export function matching(context: RecordsContext, statistics: TermStatistics, asked: Asked): Matching {
  const parameters = new Parameters();
  let aliases = 0;
  const visible = visibleIn(context, asked.space, asked.visibility, parameters);
  const c: Compilation = { context, statistics, space: asked.space, parameters, visible, alias: () => `a${++aliases}` };
  const types = asked.types.flatMap((type) => context.dictionary.number('type', type) ?? []);
  const ofType =
    asked.types.length === 0 ? [] : [types.length === 1 ? `r.type = ${parameters.small(types[0]!)}` : `r.type = any(${parameters.smalls(types)})`];
  const space = `r.space = ${parameters.small(context.dictionary.number('space', asked.space) ?? -1)}`;
  const answering = driver(c, asked.where, asked.types);
  const source = answering ?? compartmentDriver(c, asked);
  const parts = (asked.where.kind === 'all' ? asked.where.of : [asked.where]).filter((part) => part !== answering?.part);
  // What the index alone can tell is asked before a record's row is looked at.
  const early = source ? parts.filter(indexOnly) : [];
  const late = parts.filter((part) => !early.includes(part));
  const conditions = [
    space,
    ...ofType,
    'not r.deleted',
    ...late.map((part) => condition(c, part, 'r', asked.types, answering?.part)),
    visible('r'),
  ].filter((text) => text !== 'true');
  const onNumbers = early.map((part) => condition(c, part, 'd0', asked.types));
  return {
    parameters,
    driven: source !== undefined,
    from(extra, onRid) {
      const all = [...conditions, ...(extra === undefined ? [] : [extra])].join(' and ');
      if (!source) return `from record r where ${all}${onRid === undefined ? '' : ` and r.rid ${onRid}`}`;
      const bounds = [...(onRid === undefined ? [] : [`d0.rid ${onRid}`]), ...onNumbers];
      const bound = bounds.length === 0 ? '' : ` where ${bounds.join(' and ')}`;
      return `from (select rid from (${source.sql}) d0${bound} order by rid) d cross join lateral (select * from record r where r.rid = d.rid and ${all} offset 0) r`;
    },
  };
}

/** A caller who sees a few patients only starts from what is theirs, unless types outside of compartments can match too. */
function compartmentDriver(c: Compilation, { visibility, types }: Asked): { readonly sql: string } | undefined {
  const { patients, sharedTypes } = visibility;
  if (patients === 'all' || patients.length > DRIVING_PATIENTS) return undefined;
  if (types.length === 0 ? sharedTypes.length > 0 : types.some((type) => sharedTypes.includes(type))) return undefined;
  const words = patients.map((patient) => c.context.index(c.space).compartment(patient));
  return { sql: `select distinct rid from idx where token = any(${c.parameters.words(words)})` };
}
