/**
 * The caller's visibility as a condition on a row of `record` or `version` (both carry compartments, labels and type). Every
 * query and every sub-query of this folder applies it: there is no way around it through a chain, an include or a count.
 */
import type { RecordsContext } from '../context.ts';
import type { Space, Visibility } from '../model.ts';
import type { Parameters } from './sql.ts';

export type VisibleCondition = (alias: string) => string;

export function visibleIn(context: RecordsContext, space: Space, visibility: Visibility, parameters: Parameters): VisibleCondition {
  const index = context.index(space);
  const numbers = (types: readonly string[]): string => parameters.smalls(types.flatMap((type) => context.dictionary.number('type', type) ?? []));
  return (alias) => {
    const conditions: string[] = [];
    if (visibility.patients !== 'all') {
      const patients = parameters.words(visibility.patients.map((patient) => index.compartment(patient)));
      const shared =
        visibility.sharedTypes.length === 0 ? '' : ` or (${alias}.compartments = '{}' and ${alias}.type = any(${numbers(visibility.sharedTypes)}))`;
      conditions.push(`(${alias}.compartments && ${patients}${shared})`);
    }
    if (visibility.withoutLabels.length > 0)
      conditions.push(`not ${alias}.labels && ${parameters.words(visibility.withoutLabels.map((code) => index.label(code)))}`);
    if (visibility.onlyTypes) conditions.push(`${alias}.type = any(${numbers(visibility.onlyTypes)})`);
    return conditions.length === 0 ? 'true' : conditions.join(' and ');
  };
}
