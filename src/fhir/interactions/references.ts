/** References inside a transaction: `urn:uuid:…` and conditional ones become `Type/id` before anything is validated (R4 http §3.1.0.11.2). */
import { isDocument, withItems, withMembers, type Document } from './content.ts';

/** What an element's text becomes; undefined: it stays. `reference`: the text is that of a Reference, else of another URI. */
export type Rewrite = (text: string, reference: boolean) => string | undefined;

/** Elements of the R4 model that hold a uri or url outside of `Reference.reference`; identifiers and canonicals are left alone. */
const URI_ELEMENTS: ReadonlySet<string> = new Set(['url', 'uri', 'valueUri', 'valueUrl', 'valueUuid', 'valueOid', 'source', 'instantiatesUri', 'fullUrl', 'factory', 'sourceUri', 'targetUri']);

/** A copy with references rewritten; parts without any are shared with the original. */
export function rewriteReferences(document: Document, rewrite: Rewrite): Document {
  return visit(document, rewrite) as Document;
}

function visit(value: unknown, rewrite: Rewrite): unknown {
  if (Array.isArray(value)) {
    const items = value as readonly unknown[];
    const changed = items.map((item) => visit(item, rewrite));
    return changed.some((item, i) => item !== items[i]) ? withItems(items, changed) : value;
  }
  if (!isDocument(value)) return value;
  let copy: Record<string, unknown> | undefined;
  for (const name in value) {
    const item = value[name];
    let changed: unknown = item;
    if (typeof item === 'string') {
      if (name === 'reference') changed = rewrite(item, true) ?? item;
      else if (name === 'div') changed = rewriteNarrative(item, rewrite);
      else if (URI_ELEMENTS.has(name)) changed = rewrite(item, false) ?? item;
    } else if (typeof item === 'object' && item !== null) {
      changed = visit(item, rewrite);
    }
    if (changed !== item) (copy ??= {})[name] = changed;
  }
  return copy ? withMembers(value, copy) : value;
}

const rewriteNarrative = (html: string, rewrite: Rewrite): string =>
  html.includes('urn:') ? html.replace(/\b(href|src)="(urn:[^"]+)"/g, (whole, name: string, url: string) => `${name}="${rewrite(url, false) ?? url}"` || whole) : html;

/** Every conditional reference (`Patient?identifier=…`) in the document. */
export function conditionalReferences(value: unknown, found: Set<string> = new Set()): ReadonlySet<string> {
  if (Array.isArray(value)) for (const item of value) conditionalReferences(item, found);
  else if (isDocument(value)) {
    for (const name in value) {
      const item = value[name];
      if (name === 'reference' && typeof item === 'string') {
        if (isConditional(item)) found.add(item);
      } else if (typeof item === 'object' && item !== null) conditionalReferences(item, found);
    }
  }
  return found;
}

export const isConditional = (reference: string): boolean => /^[A-Z][A-Za-z]+\?/.test(reference);
