import type { Node } from '../../fhirpath/node.ts';

const parts: Readonly<Record<string, readonly string[]>> = {
  HumanName: ['family', 'given', 'prefix', 'suffix', 'text'],
  Address: ['line', 'city', 'district', 'state', 'postalCode', 'country', 'text'],
  CodeableConcept: ['text'],
};

/** Texts of an element that a string search looks into (R4 search §3.1.1.4.8): every part of names and addresses on its own. */
export function stringsOf(node: Node): readonly string[] {
  if (typeof node.value === 'string') return [node.value];
  const names = parts[node.type];
  if (!names || typeof node.value !== 'object' || node.value === null) return [];
  const out: string[] = [];
  for (const name of names) {
    const value = (node.value as Readonly<Record<string, unknown>>)[name];
    for (const one of Array.isArray(value) ? value : [value]) if (typeof one === 'string') out.push(one);
  }
  return out;
}
