import { codedError } from '../../base/errors.ts';
import { fail, type Result } from '../../base/result.ts';
import type { RecordKey, StoredVersion } from '../../records/model.ts';
import { recordAnswer, type Answer } from './answer.ts';
import { authorise, type Asked } from './authorise.ts';
import type { FhirCall, FhirParts } from './call.ts';
import { noneMatch } from './conditions.ts';
import { restErrors } from './errors.ts';
import { custodyPatient } from './shared.ts';
import { touchedBy } from './touched.ts';

/** `GET [type]/[id]` (R4 http §3.1.0.2). */
export async function read(parts: FhirParts, call: FhirCall, key: RecordKey): Promise<Result<Answer>> {
  const asked = await authorise(parts, call, 'read', [key.type], await custodyPatient(parts, key));
  if (!asked.ok) return asked;
  const record = await parts.reader.read(parts.space, key, asked.value.visibility);
  return releaseRecord(asked.value, call, record);
}

/** `GET [type]/[id]/_history/[vid]` (R4 http §3.1.0.3). */
export async function vread(parts: FhirParts, call: FhirCall, key: RecordKey, versionText: string): Promise<Result<Answer>> {
  const asked = await authorise(parts, call, 'read', [key.type], await custodyPatient(parts, key));
  if (!asked.ok) return asked;
  const version = /^[1-9]\d{0,14}$/.test(versionText) ? Number(versionText) : undefined;
  const record = version === undefined ? undefined : await parts.reader.readVersion(parts.space, key, version, asked.value.visibility);
  return releaseRecord(asked.value, call, record);
}

/** A look that found nothing is logged like one that did. */
async function releaseRecord(asked: Asked, call: FhirCall, record: StoredVersion | undefined): Promise<Result<Answer>> {
  if (!record || record.deleted) {
    const logged = await asked.release([], { status: 404 });
    return logged.ok ? fail(codedError(restErrors, record ? 'rest.gone' : 'rest.not-found')) : logged;
  }
  const full = recordAnswer(200, record);
  const { body: _, ...head } = full;
  return asked.release(touchedBy([record]), noneMatch(call.ifNoneMatch, record.version) ? { ...head, status: 304 } : full);
}
