import { codedError } from '../../base/errors.ts';
import { fail, type Result } from '../../base/result.ts';
import type { Guard } from '../../records/model.ts';
import { recordAnswer, versionPath, type Answer } from './answer.ts';
import { authorise } from './authorise.ts';
import { resourceOf } from './body.ts';
import type { FhirCall, FhirParts } from './call.ts';
import { findByCondition } from './condition.ts';
import { restErrors } from './errors.ts';
import { uuid7 } from './ids.ts';
import { parsePrefer } from './prefer.ts';
import { prepareVersion } from './prepare.ts';
import { touchedBy } from './touched.ts';
import { maxAttempts, writeVersion } from './write.ts';

/**
 * `POST [type]` (R4 http §3.1.0.8); with `If-None-Exist` only when nothing matches (§3.1.0.8.1): the condition is checked again inside
 * the writing transaction, so that of many at the same time one creates and the others find what it created.
 */
export async function create(parts: FhirParts, call: FhirCall, type: string): Promise<Result<Answer>> {
  const document = resourceOf(call);
  if (!document.ok) return document;
  const asked = await authorise(parts, call, 'create', [type]);
  if (!asked.ok) return asked;
  const searched = call.ifNoneExist === undefined ? asked : await authorise(parts, call, 'search', [type]);
  if (!searched.ok) return searched;
  const prefer = parsePrefer(call.prefer, 'representation');
  for (let attempt = 0; attempt < maxAttempts; attempt++) {
    const guards: Guard[] = [];
    if (call.ifNoneExist !== undefined) {
      const found = await findByCondition(parts, searched.value, type, call.ifNoneExist);
      if (!found.ok) return found;
      const [match, ...more] = found.value.matches;
      if (more.length > 0) return fail(codedError(restErrors, 'rest.multiple-matches'));
      if (match) {
        const answer = recordAnswer(200, match);
        const { body: _, ...head } = answer;
        return searched.value.release(touchedBy([match]), { ...(prefer.return === 'minimal' ? head : answer), location: versionPath(match) });
      }
      guards.push(found.value.guard);
    }
    const now = parts.now();
    const draft = prepareVersion(parts, asked.value, document.value, { type, id: uuid7(now), version: 1, lastUpdated: now }, type);
    if (!draft.ok) return draft;
    const answer = await writeVersion(asked.value, draft.value, 201, prefer.return, guards);
    if (answer.ok || answer.error.code !== 'records.guard') return answer;
  }
  return fail(codedError(restErrors, 'rest.edit-conflict'));
}
