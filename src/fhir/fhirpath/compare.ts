import { parseDateTime } from '../datatypes/date-time.ts';
import type { Node, Nodes } from './node.ts';

const isDate = (type: string): boolean =>
  type === 'dateTime' || type === 'date' || type === 'instant' || type === 'System.Date' || type === 'System.DateTime';

/** Deep equality of JSON values; the order of properties does not count. */
function sameJson(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null || Array.isArray(a) !== Array.isArray(b)) return false;
  const [left, right] = [a as Record<string, unknown>, b as Record<string, unknown>];
  const keys = Object.keys(left);
  return keys.length === Object.keys(right).length && keys.every((key) => key in right && sameJson(left[key], right[key]));
}

/** Negative, zero, positive; undefined when the order is not known (different precision, units or types). */
export function compare(a: Node, b: Node): number | undefined {
  if (typeof a.value === 'number' && typeof b.value === 'number') return a.value - b.value;
  if (typeof a.value === 'string' && typeof b.value === 'string') {
    if (isDate(a.type) || isDate(b.type)) return compareDates(a.value, b.value);
    return a.value < b.value ? -1 : a.value > b.value ? 1 : 0;
  }
  return compareQuantities(a.value, b.value);
}

function compareDates(a: string, b: string): number | undefined {
  const [left, right] = [parseDateTime(a, true), parseDateTime(b, true)];
  if (!left || !right) return undefined;
  if (left.start >= right.end) return 1;
  if (left.end <= right.start) return -1;
  return left.start === right.start && left.end === right.end ? 0 : undefined;
}

function compareQuantities(a: unknown, b: unknown): number | undefined {
  if (typeof a !== 'object' || typeof b !== 'object' || !a || !b) return undefined;
  const [left, right] = [a as Record<string, unknown>, b as Record<string, unknown>];
  if (typeof left['value'] !== 'number' || typeof right['value'] !== 'number') return undefined;
  const unit = (q: Record<string, unknown>): unknown => q['code'] ?? q['unit'];
  return unit(left) === unit(right) && left['system'] === right['system'] ? left['value'] - right['value'] : undefined;
}

/** FHIRPath `=` on single items; undefined: not decidable. */
function equal(a: Node, b: Node): boolean | undefined {
  if (a.value === b.value) return a.value === undefined ? undefined : true;
  if (typeof a.value === 'string' && typeof b.value === 'string' && isDate(a.type) && isDate(b.type)) {
    const order = compareDates(a.value, b.value);
    return order === undefined ? undefined : order === 0;
  }
  return sameJson(a.value, b.value);
}

/** FHIRPath `=` on collections (§6.1.1). */
export function equalCollections(a: Nodes, b: Nodes): boolean | undefined {
  if (a.length === 0 || b.length === 0) return undefined;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) {
    const same = equal(a[i]!, b[i]!);
    if (same !== true) return same;
  }
  return true;
}

/** `~`: strings without regard to case and runs of blanks. */
export function equivalent(a: Nodes, b: Nodes): boolean {
  const plain = (node: Node): unknown => (typeof node.value === 'string' ? node.value.toLowerCase().replace(/\s+/g, ' ') : node.value);
  if (a.length !== b.length) return false;
  return a.every((node) => b.some((other) => plain(node) === plain(other) || sameJson(node.value, other.value)));
}

export const includes = (nodes: Nodes, node: Node): boolean => nodes.some((other) => equal(other, node) === true);

/** JSON text with sorted properties: equal for values that are equal. */
function sorted(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'undefined';
  if (Array.isArray(value)) return `[${value.map(sorted).join()}]`;
  return `{${Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${sorted((value as Record<string, unknown>)[key])}`)
    .join()}}`;
}

/** A key per value, so that large collections are compared in one pass and not each with each. */
const keyOf = (node: Node): unknown =>
  typeof node.value === 'object' ? sorted(node.value) : node.value === undefined ? sorted(node.extra) : node.value;

export function distinct(nodes: Nodes): Nodes {
  if (nodes.length < 2) return nodes;
  const seen = new Set<unknown>();
  return nodes.filter((node) => {
    const key = keyOf(node);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

/** Those of `nodes` that are among `others`, or that are not. */
export function among(nodes: Nodes, others: Nodes, wanted: boolean): Nodes {
  const keys = new Set(others.map(keyOf));
  return nodes.filter((node) => keys.has(keyOf(node)) === wanted);
}
