import { exactText, holdsExact } from './exact.ts';

/** JSON text of a value, compact, properties in their order, numbers with the digits they were read with. */
export function writeJson(value: unknown): string {
  if (typeof value !== 'object' || value === null || !holdsExact(value)) return JSON.stringify(value);
  const parts: string[] = [];
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) parts.push(member(value, String(i), value[i] as unknown));
    return `[${parts.join(',')}]`;
  }
  for (const [name, item] of Object.entries(value)) {
    if (item !== undefined) parts.push(`${JSON.stringify(name)}:${member(value, name, item)}`);
  }
  return `{${parts.join(',')}}`;
}

const member = (container: object, key: string, item: unknown): string =>
  typeof item === 'number' ? (exactText(container, key) ?? JSON.stringify(item)) : (writeJson(item) ?? 'null');
