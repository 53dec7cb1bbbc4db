import { codedError } from '../../base/errors.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import type { Guard } from '../../records/model.ts';
import type { Answer } from './answer.ts';
import { authorise, type Asked } from './authorise.ts';
import { isId, resourceOf } from './body.ts';
import type { FhirCall, FhirParts } from './call.ts';
import { findByCondition } from './condition.ts';
import { parseIfMatch } from './conditions.ts';
import { idOf, type Document } from './content.ts';
import { restErrors } from './errors.ts';
import { uuid7 } from './ids.ts';
import { parsePrefer } from './prefer.ts';
import { forbidden, mayReplace, prepareVersion } from './prepare.ts';
import { maxAttempts, writeVersion } from './write.ts';

/** `PUT [type]/[id]` (R4 http §3.1.0.4): a new version, or the first one under the client's id. */
export async function update(parts: FhirParts, call: FhirCall, type: string, id: string): Promise<Result<Answer>> {
  const document = resourceOf(call);
  if (!document.ok) return document;
  const matching = checkId(document.value, id, type);
  if (!matching.ok) return matching;
  const asked = await authorise(parts, call, 'update', [type]);
  if (!asked.ok) return asked;
  return putVersion(parts, call, asked.value, document.value, type, id, []);
}

export function checkId(document: Document, id: string, where: string): Result<void> {
  const own = idOf(document);
  if (own === id) return ok(undefined);
  const message =
    own === undefined
      ? `The resource has no id; the address says \`${id}\`.`
      : `The id in the resource is \`${own.slice(0, 80)}\`, in the address \`${id.slice(0, 80)}\`.`;
  return fail(codedError(restErrors, 'rest.id-mismatch', { message, data: { expression: `${where}.id` } }));
}

async function putVersion(
  parts: FhirParts,
  call: FhirCall,
  asked: Asked,
  document: Document,
  type: string,
  id: string,
  guards: readonly Guard[],
): Promise<Result<Answer>> {
  const ifMatch = parseIfMatch(call.ifMatch);
  if (!ifMatch.ok) return ifMatch;
  const prefer = parsePrefer(call.prefer, 'representation');
  for (let attempt = 0; attempt < maxAttempts; attempt++) {
    const current = await parts.reader.read(parts.space, { type, id }, asked.visibility);
    if (ifMatch.value !== undefined && ifMatch.value !== current?.version) return versionMismatch(ifMatch.value, current?.version);
    if (current && !mayReplace(parts, asked, current)) return forbidden(current);
    const identity = { type, id, version: (current?.version ?? 0) + 1, lastUpdated: Math.max(parts.now(), current?.lastUpdated ?? 0) };
    const draft = prepareVersion(parts, asked, document, identity, type);
    if (!draft.ok) return draft;
    const answer = await writeVersion(asked, draft.value, current === undefined || current.deleted ? 201 : 200, prefer.return, guards);
    if (answer.ok || answer.error.code !== 'records.conflict') return answer;
    if (ifMatch.value !== undefined) return versionMismatch(ifMatch.value, undefined);
  }
  return fail(codedError(restErrors, 'rest.edit-conflict'));
}

export const versionMismatch = (asked: number, current: number | undefined) =>
  fail(
    codedError(restErrors, 'rest.version-mismatch', {
      message: current === undefined ? `The record is no longer at version ${asked}.` : `The record is at version ${current}, not ${asked}.`,
    }),
  );

/** `PUT [type]?condition` (R4 http §3.1.0.4.3): creates, updates the one match, or refuses. */
export async function conditionalUpdate(parts: FhirParts, call: FhirCall, type: string): Promise<Result<Answer>> {
  const document = resourceOf(call);
  if (!document.ok) return document;
  const asked = await authorise(parts, call, 'update', [type]);
  if (!asked.ok) return asked;
  const searched = await authorise(parts, call, 'search', [type]);
  if (!searched.ok) return searched;
  for (let attempt = 0; attempt < maxAttempts; attempt++) {
    const found = await findByCondition(parts, searched.value, type, call.query);
    if (!found.ok) return found;
    const [match, ...more] = found.value.matches;
    if (more.length > 0) return fail(codedError(restErrors, 'rest.multiple-matches'));
    const own = idOf(document.value);
    if (match && own !== undefined && own !== match.id) return checkId(document.value, match.id, type) as Result<Answer>;
    if (!match && own !== undefined && !isId(own)) return fail(codedError(restErrors, 'rest.id-invalid'));
    const id = match?.id ?? own ?? uuid7(parts.now());
    const answer = await putVersion(parts, call, asked.value, document.value, type, id, match ? [] : [found.value.guard]);
    if (answer.ok || answer.error.code !== 'records.guard') return answer;
  }
  return fail(codedError(restErrors, 'rest.edit-conflict'));
}
