import { carryExact } from './exact.ts';

/** What a string becomes; undefined: it stays. `name`: the property that holds it, of an array the one that holds the array. */
export type RewriteString = (name: string, text: string) => string | undefined;

/** A copy with strings rewritten; parts without any are shared with the original, and numbers keep their digits. */
export function rewriteStrings<T extends object>(value: T, rewrite: RewriteString, name = ''): T {
  return (Array.isArray(value) ? inArray(value, rewrite, name) : inObject(value as Record<string, unknown>, rewrite)) as T;
}

const changed = (item: unknown, rewrite: RewriteString, name: string): unknown =>
  typeof item === 'string' ? (rewrite(name, item) ?? item) : typeof item === 'object' && item !== null ? rewriteStrings(item, rewrite, name) : item;

function inArray(value: readonly unknown[], rewrite: RewriteString, name: string): readonly unknown[] {
  let copy: unknown[] | undefined;
  for (let i = 0; i < value.length; i++) {
    const item = changed(value[i], rewrite, name);
    if (item !== value[i]) (copy ??= [...value])[i] = item;
  }
  return copy ? carryExact(value, copy) : value;
}

function inObject(value: Readonly<Record<string, unknown>>, rewrite: RewriteString): Readonly<Record<string, unknown>> {
  let copy: Record<string, unknown> | undefined;
  for (const name in value) {
    const item = changed(value[name], rewrite, name);
    if (item !== value[name]) (copy ??= { ...value })[name] = item;
  }
  return copy ? carryExact(value, copy) : value;
}

/** Elements of type uri or url that may name another entry of a transaction by its `urn:`; identifiers' systems are left alone. */
const uriElements: ReadonlySet<string> = new Set([
  'reference',
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
const narrativeLinks = /\b(href|src)="(urn:(?:uuid|oid):[^"]{1,200})"/g;

/** References of a resource in a transaction: `urn:uuid:…` and `urn:oid:…` of its entries become `Type/id` (R4 http §3.1.0.11.2). */
export function rewriteReferences<T extends object>(value: T, targets: ReadonlyMap<string, string>): T {
  return rewriteStrings(value, (name, text) => {
    if (name === 'div')
      return text.includes('urn:')
        ? text.replace(narrativeLinks, (whole, attribute: string, url: string) => (targets.has(url) ? `${attribute}="${targets.get(url)!}"` : whole))
        : undefined;
    if (!uriElements.has(name)) return undefined;
    return text.startsWith('urn:') || name === 'reference' ? targets.get(text) : undefined;
  });
}
