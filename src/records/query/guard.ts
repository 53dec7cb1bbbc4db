/** A guard as a statement that counts, for the writer to run right before the unit. */
import type { GuardRow } from '../../store/rows.ts';
import type { RecordsContext } from '../context.ts';
import type { Guard, Match } from '../model.ts';
import { matching } from './plan.ts';
import { named } from './sql.ts';
import type { TermStatistics } from './statistics.ts';

/** A guard of the node itself sees everything; one that stands for a caller's condition sees what the caller sees. */
const everything = { patients: 'all', sharedTypes: [], withoutLabels: [] } as const;

/** Types are numbered before compiling: a unit that waits ahead of this one may be the first to write one. */
export async function compileGuard(context: RecordsContext, statistics: TermStatistics, guard: Guard): Promise<GuardRow> {
  await context.dictionary.numberFor('space', guard.space);
  for (const type of [guard.type, ...typesIn(guard.where)]) await context.dictionary.numberFor('type', type);
  const found = matching(context, statistics, {
    space: guard.space,
    types: [guard.type],
    where: guard.where,
    visibility: guard.visibility ?? everything,
  });
  const space = context.dictionary.number('space', guard.space);
  const type = context.dictionary.number('type', guard.type);
  const simple = space !== undefined && type !== undefined && !reachesOthers(guard.where);
  return {
    statement: named(`select count(*) ${found.from()}`, found.parameters),
    count: guard.count,
    touchedBy: simple ? { space, type } : undefined,
  };
}

const reachesOthers = (match: Match): boolean =>
  match.kind === 'chain' ||
  match.kind === 'reverse' ||
  ((match.kind === 'all' || match.kind === 'some') && match.of.some(reachesOthers)) ||
  (match.kind === 'not' && reachesOthers(match.of));

function typesIn(match: Match): readonly string[] {
  if (match.kind === 'chain' || match.kind === 'reverse') return [match.type, ...typesIn(match.where)];
  if (match.kind === 'all' || match.kind === 'some') return match.of.flatMap(typesIn);
  return match.kind === 'not' ? typesIn(match.of) : [];
}
