/**
 * The append-only Merkle tree of RFC 9162 §2.1, over leaf hashes. Positions and sizes are safe integers, so every division below is
 * arithmetic, not bitwise.
 *
 * A node (level, index) is the root of the full subtree over the leaves [index·2^level, (index+1)·2^level). Storage keeps full
 * subtrees only; they never change. Everything else (the right edge) is folded from them when asked:
 *
 *   size 7:            root                 frontier = (2,0) (1,2) (0,6)
 *                    /      \               root     = H((2,0), H((1,2), (0,6)))
 *                (2,0)       ·
 *               /     \     /  \
 *           (1,0) (1,1) (1,2) (0,6)
 */
import { sha256 } from '#sha256';
import { equalBytes } from '../../base/bytes.ts';

export interface NodeId {
  readonly level: number;
  readonly index: number;
}

/** The hash of a full subtree; asked only for subtrees that are complete at the size in question. Level 0 is a leaf hash. */
export type GetNode = (level: number, index: number) => Uint8Array;

/** The full subtrees of a tree of `size` leaves, largest first: all that is needed to append and to compute the root. */
export interface Frontier {
  readonly size: number;
  readonly hashes: readonly Uint8Array[];
}

/** No path is longer: sizes are below 2^53. */
export const MAX_PATH_LENGTH = 54;

export const emptyFrontier: Frontier = { size: 0, hashes: [] };

/** What is hashed next; filled and read within one call. */
const input = new Uint8Array(65);
input[0] = 1;

/** SHA-256(0x01 ‖ left ‖ right). */
export function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  if (left.length !== 32 || right.length !== 32) throw new RangeError('a hash of the tree has 32 bytes');
  input.set(left, 1);
  input.set(right, 33);
  return sha256(input);
}

/** Root of the tree without leaves: SHA-256 of the empty string. */
export const emptyRoot = (): Uint8Array => sha256(new Uint8Array(0));

/**
 * Appends leaf hashes. `completed` is told every full subtree that the appended leaves complete, leaves included, in the order in which
 * they complete: what a store of nodes has to keep.
 */
export function appendLeaves(
  frontier: Frontier,
  leaves: Iterable<Uint8Array>,
  completed?: (level: number, index: number, hash: Uint8Array) => void,
): Frontier {
  const hashes = [...frontier.hashes];
  let size = frontier.size;
  for (const leaf of leaves) {
    let hash = leaf;
    let index = size;
    let level = 0;
    completed?.(level, index, hash);
    while (index % 2 === 1) {
      hash = nodeHash(hashes.pop()!, hash);
      index = (index - 1) / 2;
      level++;
      completed?.(level, index, hash);
    }
    hashes.push(hash);
    size++;
  }
  return { size, hashes };
}

export const appendLeaf = (frontier: Frontier, leaf: Uint8Array): Frontier => appendLeaves(frontier, [leaf]);

/** The root at the frontier's size. */
export const frontierRoot = (frontier: Frontier): Uint8Array => (frontier.size === 0 ? emptyRoot() : fold(frontier.hashes));

/** The full subtrees that make up a tree of `size` leaves, largest first. */
export const frontierNodes = (size: number): readonly NodeId[] => coveringNodes(0, size);

/** Reads the frontier of a tree of `size` leaves back from stored nodes. */
export const frontierAt = (size: number, getNode: GetNode): Frontier => ({
  size,
  hashes: frontierNodes(size).map(({ level, index }) => getNode(level, index)),
});

/** The root at any size up to the stored one. */
export const rootAt = (size: number, getNode: GetNode): Uint8Array => frontierRoot(frontierAt(size, getNode));

/** A path before its hashes are known: each element of the path is the fold of these nodes, largest first. */
export type PathPlan = readonly (readonly NodeId[])[];

/** RFC 9162 §2.1.3.1. Throws a `RangeError` unless 0 ≤ index < size. */
export function inclusionPlan(index: number, size: number): PathPlan {
  requireSize(size);
  if (!Number.isSafeInteger(index) || index < 0 || index >= size) throw new RangeError(`no leaf ${index} in a tree of ${size}`);
  const plan: (readonly NodeId[])[] = [];
  let start = 0;
  let end = size;
  while (end - start > 1) {
    const split = start + splitPoint(end - start);
    if (index < split) {
      plan.push(coveringNodes(split, end));
      end = split;
    } else {
      plan.push(coveringNodes(start, split));
      start = split;
    }
  }
  return plan.reverse();
}

/** RFC 9162 §2.1.4.1; empty when the old size is 0 or the new size. Throws a `RangeError` unless 0 ≤ oldSize ≤ newSize. */
export function consistencyPlan(oldSize: number, newSize: number): PathPlan {
  requireSize(oldSize);
  requireSize(newSize);
  if (oldSize > newSize) throw new RangeError(`a tree of ${newSize} is not an extension of one of ${oldSize}`);
  if (oldSize === 0 || oldSize === newSize) return [];
  const plan: (readonly NodeId[])[] = [];
  let start = 0;
  let end = newSize;
  while (end !== oldSize) {
    const split = start + splitPoint(end - start);
    if (oldSize <= split) {
      plan.push(coveringNodes(split, end));
      end = split;
    } else {
      plan.push(coveringNodes(start, split));
      start = split;
    }
  }
  // The verifier knows the old root already when the old tree is one full subtree on the left edge.
  if (start !== 0) plan.push(coveringNodes(start, end));
  return plan.reverse();
}

/** The hashes of a planned path. A store without synchronous access fetches `plan.flat()` first. */
export const resolvePlan = (plan: PathPlan, getNode: GetNode): readonly Uint8Array[] =>
  plan.map((nodes) => fold(nodes.map(({ level, index }) => getNode(level, index))));

export const inclusionPath = (index: number, size: number, getNode: GetNode): readonly Uint8Array[] =>
  resolvePlan(inclusionPlan(index, size), getNode);

export const consistencyPath = (oldSize: number, newSize: number, getNode: GetNode): readonly Uint8Array[] =>
  resolvePlan(consistencyPlan(oldSize, newSize), getNode);

export interface Inclusion {
  /** Leaf hash. */
  readonly leaf: Uint8Array;
  readonly index: number;
  readonly size: number;
  readonly path: readonly Uint8Array[];
}

/** The root that an inclusion path leads to (RFC 9162 §2.1.3.2); undefined when path, index and size don't fit together. Never throws. */
export function rootFromInclusion({ leaf, index, size, path }: Inclusion): Uint8Array | undefined {
  if (!isSize(size) || !isSize(index) || index >= size || leaf.length !== 32 || !hashesOnly(path)) return undefined;
  let node = index;
  let last = size - 1;
  let hash = leaf;
  for (const sibling of path) {
    if (last === 0) return undefined;
    if (node % 2 === 1 || node === last) {
      hash = nodeHash(sibling, hash);
      // A last node without a sibling on this level moves up unpaired.
      while (node % 2 === 0 && node !== 0) {
        node /= 2;
        last = Math.floor(last / 2);
      }
    } else {
      hash = nodeHash(hash, sibling);
    }
    node = Math.floor(node / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 ? hash : undefined;
}

/** Whether the leaf is at `index` of the tree of `size` leaves with this root. Never throws. */
export function verifyInclusion(proof: Inclusion & { readonly root: Uint8Array }): boolean {
  const root = rootFromInclusion(proof);
  return root !== undefined && equalBytes(root, proof.root);
}

export interface Consistency {
  readonly oldSize: number;
  readonly oldRoot: Uint8Array;
  readonly newSize: number;
  readonly newRoot: Uint8Array;
  readonly path: readonly Uint8Array[];
}

/**
 * Whether the new tree extends the old one (RFC 9162 §2.1.4.2). Beyond the RFC, which leaves size 0 out: every tree extends the empty
 * tree, whose root is `emptyRoot()`, with an empty path. Never throws.
 */
export function verifyConsistency({ oldSize, oldRoot, newSize, newRoot, path }: Consistency): boolean {
  if (!isSize(oldSize) || !isSize(newSize) || oldSize > newSize || !hashesOnly(path)) return false;
  if (oldSize === 0 && !equalBytes(oldRoot, emptyRoot())) return false;
  if (oldSize === newSize) return path.length === 0 && equalBytes(oldRoot, newRoot);
  if (oldRoot.length !== 32 || newRoot.length !== 32) return false;
  if (oldSize === 0) return path.length === 0;

  const roots = rootsFromConsistency(oldSize, newSize, path, oldRoot);
  return roots !== undefined && equalBytes(roots.old, oldRoot) && equalBytes(roots.new, newRoot);
}

/**
 * The two roots that a consistency path leads to, 0 < oldSize < newSize; undefined when path and sizes don't fit together. Where the old
 * size is a power of two the path leaves the old root out: it has to be handed in. Never throws.
 */
export function rootsFromConsistency(
  oldSize: number,
  newSize: number,
  path: readonly Uint8Array[],
  oldRoot?: Uint8Array,
): { readonly old: Uint8Array; readonly new: Uint8Array } | undefined {
  if (!isSize(oldSize) || !isSize(newSize) || oldSize < 1 || oldSize >= newSize || !hashesOnly(path)) return undefined;
  let node = oldSize - 1;
  let last = newSize - 1;
  while (node % 2 === 1) {
    node = (node - 1) / 2;
    last = Math.floor(last / 2);
  }
  // Now node is 0 exactly when the old size is a power of two: then the old root starts the path and is left out of it.
  const steps = node === 0 ? path : path.slice(1);
  const first = node === 0 ? oldRoot : path[0];
  if (first === undefined) return undefined;
  let oldHash = first;
  let newHash = first;
  for (const sibling of steps) {
    if (last === 0) return undefined;
    if (node % 2 === 1 || node === last) {
      oldHash = nodeHash(sibling, oldHash);
      newHash = nodeHash(sibling, newHash);
      while (node % 2 === 0 && node !== 0) {
        node /= 2;
        last = Math.floor(last / 2);
      }
    } else {
      newHash = nodeHash(newHash, sibling);
    }
    node = Math.floor(node / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 ? { old: oldHash, new: newHash } : undefined;
}

/** Right fold of full subtrees, largest first: the root over the leaves that they cover together. */
function fold(hashes: readonly Uint8Array[]): Uint8Array {
  let root = hashes.at(-1)!;
  for (let i = hashes.length - 2; i >= 0; i--) root = nodeHash(hashes[i]!, root);
  return root;
}

/** The largest power of two below `count` (count ≥ 2). */
function splitPoint(count: number): number {
  let power = 1;
  while (power * 2 < count) power *= 2;
  return power;
}

/** The full subtrees over the leaves [start, end), largest first; `start` is a multiple of the smallest power of two ≥ end − start. */
function coveringNodes(start: number, end: number): readonly NodeId[] {
  const nodes: NodeId[] = [];
  let at = start;
  while (at < end) {
    let level = 0;
    let span = 1;
    while (span * 2 <= end - at) {
      span *= 2;
      level++;
    }
    nodes.push({ level, index: at / span });
    at += span;
  }
  return nodes;
}

const isSize = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;

function requireSize(size: number): void {
  if (!isSize(size)) throw new RangeError(`not a tree size: ${size}`);
}

const hashesOnly = (path: readonly Uint8Array[]): boolean => path.length <= MAX_PATH_LENGTH && path.every((hash) => hash.length === 32);
