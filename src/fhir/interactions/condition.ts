/** Conditions of conditional interactions and conditional references: a search that should match at most one record. */
import { codedError } from '../../base/errors.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import type { Guard, StoredVersion } from '../../records/model.ts';
import { compileAll } from '../search/compile.ts';
import { parseSearch } from '../search/parse.ts';
import { parseQueryString } from '../search/query-string.ts';
import type { Asked } from './authorise.ts';
import type { FhirParts } from './call.ts';
import { restErrors } from './errors.ts';
import { searchContext } from './search.ts';

/** Candidates of the blind index that are decrypted to find the one that matches. */
const MAX_CANDIDATES = 100;

export interface ConditionResult {
  /** At most two: the second only tells that there is more than one. */
  readonly matches: readonly StoredVersion[];
  /** Holds as long as no further candidate has come: goes into the unit that relies on the result. */
  readonly guard: Guard;
}

/** `condition` is a query string, with or without `?` in front; `asked`: the decision on a search of the type, whatever is to be done with what is found. */
export async function findByCondition(parts: FhirParts, asked: Asked, type: string, condition: string): Promise<Result<ConditionResult>> {
  const parameters = parseQueryString(condition.replace(/^[^?]*\?/, ''));
  if (!parameters.ok) return parameters;
  const request = parseSearch(parts.index.parameters, [type], parameters.value, false);
  if (!request.ok) return request;
  if (request.value.filters.length === 0)
    return fail(
      codedError(restErrors, 'rest.condition', {
        message:
          condition === '' ? 'There is neither an id nor a condition in the address.' : `\`${condition.slice(0, 200)}\` has no search parameter.`,
      }),
    );
  const context = searchContext(parts, asked);
  const compiled = await compileAll(context, request.value.filters);
  if (!compiled.ok) return compiled;
  const { match, check } = compiled.value;
  const page = await parts.reader.search({
    space: parts.space,
    types: [type],
    where: match,
    visibility: asked.visibility,
    order: { by: 'stored' },
    limit: MAX_CANDIDATES,
    withTotal: false,
  });
  const matches = page.records.filter((record) => !check || check(parts.index.open(record), record));
  if (matches.length < 2 && page.next !== undefined)
    return fail(codedError(restErrors, 'rest.condition', { message: 'The condition is too wide to be decided.' }));
  return ok({
    matches: matches.slice(0, 2),
    guard: { space: parts.space, type, where: match, count: page.records.length, visibility: asked.visibility },
  });
}
