/**
 * Typed dictionaries. English is the original; a translation has exactly its keys, and each entry the same form (a text, or a
 * sentence made from the same parameters): a missing or surplus key does not compile. One pair of files per desk, so that a desk
 * loads only its own words.
 */
export type Entry = string | ((...parameters: never[]) => string);
export type Words = Readonly<Record<string, Entry>>;

export type Translation<D extends Words> = {
  readonly [K in keyof D]: D[K] extends (...parameters: infer P) => string ? (...parameters: P) => string : string;
};

export const languages = ['en', 'de'] as const;
export type Language = (typeof languages)[number];

export type Dictionary<D extends Words> = Readonly<Record<Language, Translation<D>>>;

/** English plural: `plural(1, 'record')` → `1 record`; groups thousands. */
export const plural = (count: number, one: string, many = `${one}s`): string => `${count.toLocaleString('en')} ${count === 1 ? one : many}`;

/** German plural; number words are grouped the German way. */
export const mehrzahl = (count: number, one: string, many: string): string => `${count.toLocaleString('de')} ${count === 1 ? one : many}`;
