/** What each entry of a transaction does, to which record: decided for all entries before anything is prepared. */
import { codedError } from '../../base/errors.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import type { Guard, StoredVersion } from '../../records/model.ts';
import type { Asked } from './authorise.ts';
import { isId } from './body.ts';
import { atEntry, type RequestEntry } from './bundle-entries.ts';
import type { FhirParts } from './call.ts';
import { findByCondition } from './condition.ts';
import { idOf } from './content.ts';
import { restErrors } from './errors.ts';
import { uuid7 } from './ids.ts';

/** The decisions that a transaction stands on; each is there when the transaction has entries of its kind. */
export interface AskedTransaction {
  readonly create?: Asked;
  readonly update?: Asked;
  readonly delete?: Asked;
  /** On what conditions look for. */
  readonly search?: Asked;
  /** The one under which the whole is released and logged. */
  readonly released: Asked;
}

export interface ResolvedEntry {
  readonly request: RequestEntry;
  /** `none`: a conditional create that found its record, or a read, which runs after the changes. */
  readonly action: 'create' | 'update' | 'delete' | 'none';
  readonly type: string;
  readonly id: string;
  /** What a conditional create found. */
  readonly existing?: StoredVersion;
  readonly guard?: Guard;
}

export async function resolveEntries(
  parts: FhirParts,
  asked: AskedTransaction,
  entries: readonly RequestEntry[],
): Promise<Result<readonly ResolvedEntry[]>> {
  const resolved: ResolvedEntry[] = [];
  const changed = new Set<string>();
  for (const entry of entries) {
    const one = await resolveEntry(parts, asked, entry);
    if (!one.ok) return fail(atEntry(one.error, entry));
    const { action, type, id } = one.value;
    if (action !== 'none') {
      const key = `${type}/${id}`;
      if (changed.has(key))
        return fail(atEntry(codedError(restErrors, 'rest.duplicate-entry', { message: `${key} is changed by another entry too.` }), entry));
      changed.add(key);
    }
    resolved.push(one.value);
  }
  return ok(resolved);
}

async function resolveEntry(parts: FhirParts, asked: AskedTransaction, entry: RequestEntry): Promise<Result<ResolvedEntry>> {
  const [type, id, ...more] = entry.path.split('/') as [string, string | undefined, ...string[]];
  const base = { request: entry, type };
  const route = (message: string) => fail(codedError(restErrors, 'rest.bundle', { message }));
  switch (entry.method) {
    case 'GET':
    case 'HEAD':
      return ok({ ...base, action: 'none', id: '' });
    case 'PATCH':
      return fail(codedError(restErrors, 'rest.method', { message: 'PATCH is not supported.' }));
    case 'POST': {
      if (id !== undefined || entry.query !== '') return route('a POST in a transaction goes to a resource type.');
      if (entry.ifNoneExist === undefined) return ok({ ...base, action: 'create', id: uuid7(parts.now()) });
      const found = await findByCondition(parts, asked.search!, type, entry.ifNoneExist);
      if (!found.ok) return found;
      const [match, ...others] = found.value.matches;
      if (others.length > 0) return fail(codedError(restErrors, 'rest.multiple-matches'));
      if (match) return ok({ ...base, action: 'none', id: match.id, existing: match });
      return ok({ ...base, action: 'create', id: uuid7(parts.now()), guard: found.value.guard });
    }
    case 'PUT':
    case 'DELETE': {
      const action = entry.method === 'PUT' ? 'update' : 'delete';
      if (id !== undefined && more.length === 0 && entry.query === '') {
        if (!isId(id)) return fail(codedError(restErrors, 'rest.id-invalid', { message: `\`${id.slice(0, 80)}\` is not a valid id.` }));
        return ok({ ...base, action, id });
      }
      if (id !== undefined || entry.query === '') return route(`a ${entry.method} goes to \`Type/id\` or \`Type?condition\`.`);
      const found = await findByCondition(parts, asked.search!, type, entry.query);
      if (!found.ok) return found;
      const [match, ...others] = found.value.matches;
      if (others.length > 0) return fail(codedError(restErrors, 'rest.multiple-matches'));
      if (match) return ok({ ...base, action, id: match.id });
      if (action === 'delete') return ok({ ...base, action: 'none', id: '' });
      const own = entry.resource && idOf(entry.resource);
      if (own !== undefined && !isId(own)) return fail(codedError(restErrors, 'rest.id-invalid'));
      return ok({ ...base, action, id: own ?? uuid7(parts.now()), guard: found.value.guard });
    }
  }
}
