/**
 * Numbers whose digits a JavaScript number does not keep (`1.30`, `1e2`, more than 17 digits). The parsed value holds the nearest number;
 * beside it, by object and property, stands the text as it was written. Objects that hold such a number, however deep, are marked, so
 * that all others can be written by `JSON.stringify` at once.
 */

export type Container = Readonly<Record<string, unknown>> | readonly unknown[];

const noDigits: ReadonlyMap<string, string> = new Map();
/** Keyed by object: what is known about a value goes when the value goes. */
const digits = new WeakMap<object, ReadonlyMap<string, string>>();

/** Whether the object holds a number, at any depth, that is to be written as it was read. */
export const holdsExact = (value: object): boolean => digits.has(value);

/** The text of a number as it was written; undefined: its JavaScript form says it all. `key`: property name or index. */
export const exactText = (container: object, key: string): string | undefined => digits.get(container)?.get(key);

export function markExact(container: object, texts: ReadonlyMap<string, string> = noDigits): void {
  digits.set(container, texts);
}

/** Lets a changed copy of an object keep what its original had. Texts of numbers that the copy has otherwise are left behind. */
export function carryExact<T extends Container>(from: Container, to: T): T {
  const texts = digits.get(from);
  if (!texts) return to;
  const kept = new Map<string, string>();
  for (const [key, text] of texts) {
    if ((to as Readonly<Record<string, unknown>>)[key] === (from as Readonly<Record<string, unknown>>)[key]) kept.set(key, text);
  }
  digits.set(to, kept);
  return to;
}
