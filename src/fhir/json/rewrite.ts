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
