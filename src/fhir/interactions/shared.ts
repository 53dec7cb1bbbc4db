/**
 * Synchronised copies of another organisation: the decision needs the patient, since it rests on what that patient shared. For a read
 * by id the patient is looked up in the copy itself; nothing of it leaves before the decision.
 */
import type { Touched } from '../../access/audit.ts';
import type { RecordKey, Visibility } from '../../records/model.ts';
import type { ResourceJson } from '../index/elements.ts';
import { extractTerms } from '../index/extract.ts';
import type { QueryParameter } from '../search/query-string.ts';
import { isId } from './body.ts';
import type { FhirParts } from './call.ts';
import { openContent } from './content.ts';

const EVERYTHING: Visibility = { patients: 'all', sharedTypes: [], withoutLabels: [] };

/** Undefined in the organisation's own space: there the decision does not need it. */
export async function custodyPatient(parts: FhirParts, key: RecordKey): Promise<string | undefined> {
  if (parts.space === 'own') return undefined;
  if (key.type === 'Patient') return key.id;
  const record = await parts.reader.read(parts.space, key, EVERYTHING);
  if (!record || record.deleted) return undefined;
  const { patient, compartments } = extractTerms(openContent(record.content) as ResourceJson);
  return patient ?? compartments[0];
}

/** The patient that a search names: `_id` of Patient, `patient`, `subject`. */
export function searchedPatient(parts: FhirParts, types: readonly string[], parameters: readonly QueryParameter[]): string | undefined {
  if (parts.space === 'own') return undefined;
  for (const { name, value } of parameters) {
    if (types.length === 1 && types[0] === 'Patient' && name === '_id') return value;
    if (name === 'patient' || name === 'subject' || name === 'patient:Patient' || name === 'subject:Patient') return value.replace(/^Patient\//, '');
  }
  return undefined;
}

const MAX_NAMED = 20;

/** The patients that a search names by id, with nothing counted: `patient`, `subject`, `_id` of Patient. */
export function namedPatients(types: readonly string[], parameters: readonly QueryParameter[]): readonly Touched[] {
  const ids = new Set<string>();
  for (const { name, value } of parameters) {
    const reference = /^(patient|subject)(:Patient)?$/.test(name);
    if (!reference && !(name === '_id' && types.length === 1 && types[0] === 'Patient')) continue;
    for (const each of value.split(',')) {
      const parts = each.split('/');
      const id = parts.at(-1)!;
      const other = reference && parts.length > 1 && parts.at(-2) !== 'Patient';
      if (!other && isId(id) && ids.size < MAX_NAMED) ids.add(id);
    }
  }
  return [...ids].map((patient) => ({ patient, counts: {} }));
}
