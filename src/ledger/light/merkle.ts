/**
 * CometBFT's Merkle tree over a short list: the tree of RFC 9162 (a value without bytes is a leaf like any other, SHA-256(0x00)), computed as a
 * whole because what is proven here are several leaves at once.
 */
import { sha256 } from '#sha256';
import { concat } from '../../base/bytes.ts';
import { emptyRoot, nodeHash } from '../proofs/merkle-log.ts';

const LEAF = Uint8Array.of(0);

const leafOf = (value: Uint8Array): Uint8Array => sha256(concat(LEAF, value));

/** Root over the values; SHA-256 of nothing when there are none. */
export const merkleRoot = (values: readonly Uint8Array[]): Uint8Array =>
  values.length === 0 ? emptyRoot() : rootOf(0, values.length, (at) => leafOf(values[at]!));

/** The hashes beside the shown leaves, in the order in which `rootFromShown` takes them: depth first, from left to right. */
export function siblingsOf(values: readonly Uint8Array[], shown: ReadonlySet<number>): readonly Uint8Array[] {
  const siblings: Uint8Array[] = [];
  walk(0, values.length, shown, {
    leaf: () => undefined,
    hidden: (start, end) => void siblings.push(rootOf(start, end, (at) => leafOf(values[at]!))),
    join: () => undefined,
  });
  return siblings;
}

/** How many hashes stand beside these leaves in a list of `count`. */
export function siblingCount(count: number, shown: ReadonlySet<number>): number {
  let hidden = 0;
  walk(0, count, shown, { leaf: () => undefined, hidden: () => void hidden++, join: () => undefined });
  return hidden;
}

/** The root of a list of `count` values of which some are shown; undefined unless there are exactly as many siblings, each a hash, as it takes. */
export function rootFromShown(count: number, shown: ReadonlyMap<number, Uint8Array>, siblings: readonly Uint8Array[]): Uint8Array | undefined {
  const places = new Set(shown.keys());
  if (siblings.length !== siblingCount(count, places) || !siblings.every((hash) => hash.length === 32)) return undefined;
  const left = [...siblings].reverse();
  return walk<Uint8Array>(0, count, places, { leaf: (at) => leafOf(shown.get(at)!), hidden: () => left.pop()!, join: nodeHash });
}

interface Visitor<T> {
  leaf(at: number): T;
  /** A subtree [start, end) without a shown leaf. */
  hidden(start: number, end: number): T;
  join(left: T, right: T): T;
}

function walk<T>(start: number, end: number, shown: ReadonlySet<number>, visitor: Visitor<T>): T {
  const any = Array.from({ length: end - start }, (_, i) => start + i).some((at) => shown.has(at));
  if (!any) return visitor.hidden(start, end);
  if (end - start === 1) return visitor.leaf(start);
  const middle = start + splitPoint(end - start);
  const left = walk(start, middle, shown, visitor);
  return visitor.join(left, walk(middle, end, shown, visitor));
}

function rootOf(start: number, end: number, leaf: (at: number) => Uint8Array): Uint8Array {
  if (end - start === 1) return leaf(start);
  const middle = start + splitPoint(end - start);
  return nodeHash(rootOf(start, middle, leaf), rootOf(middle, end, leaf));
}

/** The largest power of two below `count` (count ≥ 2). */
function splitPoint(count: number): number {
  let power = 1;
  while (power * 2 < count) power *= 2;
  return power;
}
