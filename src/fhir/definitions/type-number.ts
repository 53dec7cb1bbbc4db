import { readFileSync } from 'node:fs';

let numbers: ReadonlyMap<string, number> | undefined;

/** Stored number of a resource type; numbers are never reused or changed. Undefined: not an R4 resource type. */
export function typeNumber(type: string): number | undefined {
  numbers ??= new Map(Object.entries(JSON.parse(readFileSync(new URL('./type-numbers.json', import.meta.url), 'utf8')) as Record<string, number>));
  return numbers.get(type);
}
