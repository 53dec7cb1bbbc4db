import { parseReference, type ReferenceText } from '../../datatypes/reference.ts';
import type { Node } from '../../fhirpath/node.ts';

/** What a Reference, canonical or uri leads to: a record of this server (`Type/id`), or some other URL. */
export type Target = { readonly kind: 'record'; readonly type: string; readonly id: string } | { readonly kind: 'url'; readonly url: string };

function fromText(parsed: ReferenceText, text: string, ownBases: readonly string[]): Target | undefined {
  if (parsed.kind === 'contained') return undefined;
  if (parsed.kind === 'literal' && (parsed.base === undefined || ownBases.includes(parsed.base)))
    return { kind: 'record', type: parsed.type, id: parsed.id };
  return { kind: 'url', url: text };
}

export function targetOf(node: Node, ownBases: readonly string[]): Target | undefined {
  if (node.type === 'Reference') {
    const text = (node.value as { reference?: unknown } | undefined)?.reference;
    return typeof text === 'string' ? fromText(parseReference(text), text, ownBases) : undefined;
  }
  if (typeof node.value !== 'string') return undefined;
  // Canonicals name definitions by URL, wherever they are kept.
  if (node.type === 'canonical') return { kind: 'url', url: node.value };
  return fromText(parseReference(node.value), node.value, ownBases);
}

/** A canonical with its version, and without. */
export const canonicalForms = (url: string): readonly string[] => {
  const at = url.indexOf('|');
  return at < 0 ? [url] : [url, url.slice(0, at)];
};
