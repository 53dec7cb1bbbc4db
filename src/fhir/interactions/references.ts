/** References inside a transaction: `urn:uuid:…` and conditional ones become `Type/id` before anything is validated (R4 http §3.1.0.11.2). */
import { rewriteStrings } from '../json/rewrite.ts';
import { isDocument, type Document } from './content.ts';

/** What an element's text becomes; undefined: it stays. `reference`: the text is that of a Reference, else of another URI. */
export type Rewrite = (text: string, reference: boolean) => string | undefined;

/** Elements of the R4 model that hold a uri or url outside of `Reference.reference`; identifiers and canonicals are left alone. */
const URI_ELEMENTS: ReadonlySet<string> = new Set([
  'url',
  'uri',
  'valueUri',
  'valueUrl',
  'valueUuid',
  'valueOid',
  'source',
  'sourceUri',
  'targetUri',
  'instantiatesUri',
  'factory',
]);

/** A copy with references rewritten; parts without any are shared with the original, and numbers keep their digits. */
export const rewriteReferences = (document: Document, rewrite: Rewrite): Document =>
  rewriteStrings(document, (name, text) => {
    if (name === 'reference') return rewrite(text, true);
    if (name === 'div') return rewriteNarrative(text, rewrite);
    return URI_ELEMENTS.has(name) ? rewrite(text, false) : undefined;
  });

const rewriteNarrative = (html: string, rewrite: Rewrite): string =>
  html.includes('urn:')
    ? html.replace(/\b(href|src)="(urn:[^"]{1,200})"/g, (_whole, name: string, url: string) => `${name}="${rewrite(url, false) ?? url}"`)
    : html;

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
