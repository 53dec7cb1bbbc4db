import { codedError } from '../../base/errors.ts';
import { fail, type Result } from '../../base/result.ts';
import type { Answer } from './answer.ts';
import { authorise, type Asked } from './authorise.ts';
import type { FhirCall, FhirParts } from './call.ts';
import { findByCondition } from './condition.ts';
import { parseIfMatch } from './conditions.ts';
import { restErrors } from './errors.ts';
import { prepareDeletion } from './prepare.ts';
import { versionMismatch } from './update.ts';
import { maxAttempts, writeVersion } from './write.ts';

/** `DELETE [type]/[id]` (R4 http §3.1.0.7): 204 also when there is nothing (left) to delete; the history stays. */
export async function deleteRecord(parts: FhirParts, call: FhirCall, type: string, id: string): Promise<Result<Answer>> {
  const asked = await authorise(parts, call, 'delete', [type]);
  return asked.ok ? putDeletion(parts, call, asked.value, type, id) : asked;
}

/** `DELETE [type]?condition` (R4 http §3.1.0.7.1), for one match. */
export async function conditionalDelete(parts: FhirParts, call: FhirCall, type: string): Promise<Result<Answer>> {
  const asked = await authorise(parts, call, 'delete', [type]);
  if (!asked.ok) return asked;
  const searched = await authorise(parts, call, 'search', [type]);
  if (!searched.ok) return searched;
  const found = await findByCondition(parts, searched.value, type, call.query);
  if (!found.ok) return found;
  const [match, ...more] = found.value.matches;
  if (more.length > 0) return fail(codedError(restErrors, 'rest.multiple-matches'));
  return match ? putDeletion(parts, call, asked.value, type, match.id) : asked.value.release([], { status: 204 });
}

async function putDeletion(parts: FhirParts, call: FhirCall, asked: Asked, type: string, id: string): Promise<Result<Answer>> {
  const ifMatch = parseIfMatch(call.ifMatch);
  if (!ifMatch.ok) return ifMatch;
  for (let attempt = 0; attempt < maxAttempts; attempt++) {
    const current = await parts.reader.read(parts.space, { type, id }, asked.visibility);
    if (ifMatch.value !== undefined && ifMatch.value !== current?.version) return versionMismatch(ifMatch.value, current?.version);
    if (!current || current.deleted) return asked.release([], { status: 204, ...(current ? { version: current.version } : {}) });
    const draft = prepareDeletion(parts, asked, current, Math.max(parts.now(), current.lastUpdated));
    if (!draft.ok) return draft;
    const answer = await writeVersion(asked, draft.value, 204, 'minimal');
    if (answer.ok || answer.error.code !== 'records.conflict') return answer;
    if (ifMatch.value !== undefined) return versionMismatch(ifMatch.value, undefined);
  }
  return fail(codedError(restErrors, 'rest.edit-conflict'));
}
