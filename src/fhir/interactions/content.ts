/**
 * Resources as they are held between the wire and the store. A document is the parsed JSON; where a number was written in digits that a
 * JavaScript number would not give back (`1.30`, `1e2`, twenty digits), its holder keeps them, and they are what is stored and served.
 */
import { fromUtf8, utf8 } from '../../base/bytes.ts';
import { codedError } from '../../base/errors.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import type { RecordKey } from '../../records/model.ts';
import { restErrors } from './errors.ts';

/** On objects and arrays that hold such numbers: their digits by key. */
const DIGITS: unique symbol = Symbol('digits');
/** On everything that has such a number somewhere below. */
const EXACT: unique symbol = Symbol('exact');

export interface Document {
  readonly [name: string]: unknown;
}

interface Marked {
  [DIGITS]?: Record<string, string>;
  [EXACT]?: true;
}

export interface Identity extends RecordKey {
  readonly version: number;
  /** Milliseconds since 1970. */
  readonly lastUpdated: number;
}

const MAX_DEPTH = 100;

/**
 * A member or list item whose digits may not survive: a trailing zero after the point, an exponent, minus zero, or more than 15 digits.
 * It may take text inside a string for one: that costs time, never digits.
 */
const SUSPECT = /(?:"\s*:|[[,])\s*-?(?:\d+\.\d*0|\d+(?:\.\d+)?[eE][+-]?\d+|\d[\d.]{15,}|(?<=-)0)\s*[,}\]]/;

export const isDocument = (value: unknown): value is Document => typeof value === 'object' && value !== null && !Array.isArray(value);

export function parseDocument(text: string): Result<Document> {
  let value: unknown;
  try {
    value = SUSPECT.test(text) ? parseExact(text) : JSON.parse(text);
  } catch (cause) {
    return fail(codedError(restErrors, 'rest.malformed-json', { message: `The body is not well-formed JSON: ${(cause as Error).message.slice(0, 200)}` }));
  }
  if (!isDocument(value)) return fail(codedError(restErrors, 'rest.malformed-json', { message: 'The body is not a JSON object.' }));
  if (deeper(value, MAX_DEPTH)) return fail(codedError(restErrors, 'rest.malformed-json', { message: `The JSON is nested more than ${MAX_DEPTH} levels deep.` }));
  return ok(value);
}

/** A stored resource. */
export const openContent = (content: Uint8Array): Document => {
  const text = fromUtf8(content);
  return (SUSPECT.test(text) ? parseExact(text) : JSON.parse(text)) as Document;
};

/** `JSON.parse` with access to the source text of each primitive, which the library types do not know yet. */
const parseWithSource = JSON.parse as unknown as (text: string, reviver: (this: Marked, key: string, item: unknown, context: { readonly source?: string }) => unknown) => unknown;

function parseExact(text: string): unknown {
  let kept = false;
  const value: unknown = parseWithSource(text, function (this: Marked, key: string, item: unknown, context: { readonly source?: string }) {
    if (typeof item === 'number' && context.source !== undefined && context.source !== JSON.stringify(item)) {
      (this[DIGITS] ??= {})[key] = context.source;
      kept = true;
    }
    return item;
  });
  if (kept) markExact(value);
  return value;
}

function markExact(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const marked = value as Marked;
  let exact = marked[DIGITS] !== undefined;
  for (const item of Object.values(value)) if (markExact(item)) exact = true;
  if (exact) marked[EXACT] = true;
  return exact;
}

function deeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (levels === 0) return true;
  if (Array.isArray(value)) return value.some((item) => deeper(item, levels - 1));
  for (const name in value) if (deeper((value as Document)[name], levels - 1)) return true;
  return false;
}

/** A copy of a list or object with some members replaced; digits go along. */
export function withMembers(value: Document, members: Readonly<Record<string, unknown>>): Document {
  return { ...value, ...members };
}

export function withItems(value: readonly unknown[], items: readonly unknown[]): readonly unknown[] {
  const copy = [...items];
  const { [DIGITS]: digits, [EXACT]: exact } = value as Marked;
  if (digits) (copy as Marked)[DIGITS] = digits;
  if (exact) (copy as Marked)[EXACT] = exact;
  return copy;
}

const { rawJSON } = JSON as unknown as { rawJSON(text: string): unknown };

function exactNumber(this: Marked, key: string, item: unknown): unknown {
  if (typeof item !== 'number') return item;
  const digits = this[DIGITS]?.[key];
  return digits === undefined ? item : rawJSON(digits);
}

/** JSON without insignificant white space, members in the order they came in, digits as they were written. */
export const documentText = (document: Document): string => ((document as Marked)[EXACT] ? JSON.stringify(document, exactNumber) : JSON.stringify(document));

export const typeOf = (document: Document): string | undefined => (typeof document['resourceType'] === 'string' ? document['resourceType'] : undefined);
export const idOf = (document: Document): string | undefined => (typeof document['id'] === 'string' ? document['id'] : undefined);

/** The document with what the server assigns: id, `meta.versionId` and `meta.lastUpdated`; all else as it was sent. */
export function stamp(document: Document, identity: Identity): { readonly document: Document; readonly content: Uint8Array } {
  const { resourceType, id: _id, meta, ...rest } = document;
  const sentMeta = isDocument(meta) ? meta : {};
  const stamped: Document = {
    resourceType,
    id: identity.id,
    meta: { ...sentMeta, versionId: String(identity.version), lastUpdated: new Date(identity.lastUpdated).toISOString() },
    ...rest,
  };
  return { document: stamped, content: utf8(documentText(stamped)) };
}

/** What is stored for a version that says that the record was deleted. */
export const emptyContent = (identity: Identity): Uint8Array =>
  utf8(JSON.stringify({ resourceType: identity.type, id: identity.id, meta: { versionId: String(identity.version), lastUpdated: new Date(identity.lastUpdated).toISOString() } }));
