/** Careful looks into FHIR JSON: whatever the record holds, these give a value of the asked kind or undefined. */
export type Json = Readonly<Record<string, unknown>>;

export const asObject = (value: unknown): Json | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined;
function asList(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value as readonly unknown[];
  return value === undefined || value === null ? [] : [value];
}
export const objectsOf = (value: unknown): readonly Json[] => asList(value).filter((item) => asObject(item) !== undefined) as readonly Json[];
export const asText = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);
export const asNumber = (value: unknown): number | undefined => (typeof value === 'number' && Number.isFinite(value) ? value : undefined);

const textsOf = (value: unknown): readonly string[] => asList(value).filter((item): item is string => typeof item === 'string' && item !== '');

/** The value at a path of element names; lists give their first item. */
export function at(value: unknown, ...path: readonly string[]): unknown {
  let current: unknown = value;
  for (const name of path) current = asObject(Array.isArray(current) ? current[0] : current)?.[name];
  return Array.isArray(current) ? current[0] : current;
}

export const textAt = (value: unknown, ...path: readonly string[]): string | undefined => asText(at(value, ...path));
export const numberAt = (value: unknown, ...path: readonly string[]): number | undefined => asNumber(at(value, ...path));

/** First of several paths that holds text. */
export function firstText(value: unknown, ...paths: readonly (readonly string[])[]): string | undefined {
  for (const path of paths) {
    const found = textAt(value, ...path);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** `Type/id` of a relative reference. */
export const referenceAt = (value: unknown, ...path: readonly string[]): string | undefined => {
  const reference = textAt(value, ...path, 'reference');
  return reference !== undefined && /^[A-Z][A-Za-z]+\/[A-Za-z0-9.-]{1,64}$/.test(reference) ? reference : undefined;
};

export interface PersonName {
  readonly full: string;
  readonly family: string;
  readonly given: string;
}

/** All names of a person, the official or usual one first. */
export function namesOf(person: Json): readonly PersonName[] {
  const rank = (name: Json): number => ({ usual: 0, official: 1 })[asText(name['use']) ?? ''] ?? 2;
  const names = objectsOf(person['name']);
  return names
    .toSorted((a, b) => rank(a) - rank(b))
    .map((name) => {
      const given = textsOf(name['given']);
      const family = asText(name['family']) ?? '';
      const full = asText(name['text']) ?? [...textsOf(name['prefix']), ...given, family].filter((part) => part !== '').join(' ');
      return { full, family, given: given[0] ?? '' };
    });
}

const decoder = new TextDecoder();

/** A stored version parsed; an empty object when it is not an object (a deleted one has no content). */
export function parseResource(content: Uint8Array): Json {
  if (content.length === 0) return {};
  return asObject(JSON.parse(decoder.decode(content))) ?? {};
}
