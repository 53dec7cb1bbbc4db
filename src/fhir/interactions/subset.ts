/** `_summary` and `_elements` (R4 search §3.1.1.5.8, §3.1.1.5.9): fewer elements, marked with the tag SUBSETTED. */
import { utf8 } from '../../base/bytes.ts';
import type { StoredVersion } from '../../records/model.ts';
import { definitions } from '../definitions/definitions.ts';
import { carryExact } from '../json/exact.ts';
import { writeJson } from '../json/write.ts';
import type { SearchRequest } from '../search/request.ts';
import { isDocument, openContent } from './content.ts';

const ALWAYS: readonly string[] = ['resourceType', 'id', 'meta', 'implicitRules'];
const SUBSETTED = { system: 'http://terminology.hl7.org/CodeSystem/v3-ObservationValue', code: 'SUBSETTED' };

export const isSubset = (request: SearchRequest): boolean =>
  request.elements.length > 0 || (request.summary !== 'false' && request.summary !== 'count');

export function subset(record: StoredVersion, request: SearchRequest): Uint8Array {
  const document = openContent(record.content);
  const keep = keeper(record.type, request);
  const meta = isDocument(document['meta']) ? document['meta'] : {};
  const tags = Array.isArray(meta['tag']) ? (meta['tag'] as unknown[]) : [];
  const kept = Object.fromEntries(Object.entries(document).filter(([name]) => keep(name.startsWith('_') ? name.slice(1) : name)));
  return utf8(writeJson(carryExact(document, { ...kept, meta: carryExact(meta, { ...meta, tag: [...tags, SUBSETTED] }) })));
}

function keeper(type: string, request: SearchRequest): (name: string) => boolean {
  if (request.elements.length === 0 && (request.summary === 'data' || request.summary === 'true')) return (name) => name !== 'text';
  const names = new Set(request.elements.length > 0 ? request.elements : ['text']);
  // Mandatory elements stay, or the result would not be valid.
  for (const element of definitions.shape(type)?.elements ?? []) if (element.min > 0) names.add(element.name);
  const choices = (definitions.shape(type)?.elements ?? [])
    .filter((element) => element.choice && names.has(element.name))
    .map((element) => element.name);
  return (name) =>
    ALWAYS.includes(name) || names.has(name) || choices.some((choice) => name.startsWith(choice) && /^[A-Z]/.test(name.slice(choice.length)));
}
