/**
 * The versioned state tree over a store of nodes. An update reads what it needs, and returns what has to be stored and what no later
 * version refers to any more; nothing is changed in place, so every version whose nodes are kept can be read and proven.
 */
import { sha256 } from '#sha256';
import { compareBytes, equalBytes } from '../../base/bytes.ts';
import { EMPTY_STATE_ROOT, leafHashOf, nibbleAt, pathOf } from './hash.ts';
import {
  decodeInner,
  decodeLeaf,
  encodeLeaf,
  hashOfId,
  hashOfLeaf,
  childOf,
  isLeafNode,
  nodeId,
  nodeRef,
  stampOf,
  type Children,
  type NodeRef,
} from './node.ts';
import { CHILDREN } from './node-format.ts';
import { Slots } from './slots.ts';

/** Where nodes are kept; synchronous, as the state machine is. */
export interface NodeReader {
  get(id: Uint8Array): Uint8Array | undefined;
}

/** A version of the state: its root node, or undefined while it is empty. Blocks that follow each other share what they keep in memory. */
export type StateRef = NodeRef | undefined;

export interface StateWrite {
  readonly key: Uint8Array;
  /** Undefined removes the key. */
  readonly value: Uint8Array | undefined;
  /** `pathOf(key)`, where it is known already. */
  readonly path?: Uint8Array;
}

export interface StateUpdate {
  readonly root: StateRef;
  /** To be stored, each under its id. */
  readonly nodes: readonly { readonly id: Uint8Array; readonly bytes: Uint8Array }[];
  /** Ids that this version no longer refers to; they serve older versions only. */
  readonly stale: readonly Uint8Array[];
}

export const stateRootOf = (ref: StateRef): Uint8Array => (ref ? hashOfId(ref.id) : EMPTY_STATE_ROOT);

/**
 * Throws an `Error` when the store lacks a node of this version (it was pruned, or the store is damaged), and when a value is not the one
 * that was stored: no block is built on a damaged value. Whoever needs no more than the key of a leaf, to put another beside it, checks that.
 */
export function readNode(store: NodeReader, ref: NodeRef, use: 'for its key' | 'as it is' = 'as it is'): Uint8Array {
  const bytes = store.get(ref.id);
  if (!bytes || isLeafNode(bytes) !== ref.leaf) throw new Error('a node of the state tree is missing');
  if (use === 'as it is' && ref.leaf && !equalBytes(hashOfLeaf(decodeLeaf(bytes)), hashOfId(ref.id)))
    throw new Error('a value of the state is damaged');
  return bytes;
}

export const getValue = (store: NodeReader, root: StateRef, key: Uint8Array): Uint8Array | undefined => stateReader(store, root)(key);

/** Levels of stored nodes whose children stay in memory with the root: with sixteen children each, the upper four are at most 4,369 nodes. */
const KEPT_LEVELS = 4;

/** The children of an inner node. */
function childrenOfInner(store: NodeReader, ref: NodeRef, depth: number): Children {
  if (ref.kept) return ref.kept;
  const children = decodeInner(readNode(store, ref));
  if (depth < KEPT_LEVELS) ref.kept = children;
  return children;
}

/** Reads values of one version. */
export function stateReader(store: NodeReader, root: StateRef): (key: Uint8Array, path?: Uint8Array) => Uint8Array | undefined {
  return (key, path = pathOf(key)) => {
    let ref = root;
    for (let depth = 0; ref && !ref.leaf; depth++) {
      const nibble = nibbleAt(path, depth);
      ref = depth < KEPT_LEVELS ? childrenOfInner(store, ref, depth)[nibble] : childOf(readNode(store, ref), nibble);
    }
    if (!ref) return undefined;
    const leaf = decodeLeaf(readNode(store, ref));
    return equalBytes(leaf.key, key) ? leaf.value : undefined;
  };
}

type PathWrite = StateWrite & { readonly path: Uint8Array; readonly order: number };

/** Applies writes (each key at most once) and makes them version `version`, which is greater than any version in the tree. */
export function updateState(store: NodeReader, root: StateRef, version: number, writes: readonly StateWrite[]): StateUpdate {
  const nodes: { id: Uint8Array; bytes: Uint8Array }[] = [];
  const stale: Uint8Array[] = [];
  const sorted = inOrder(writes);
  const stamp = stampOf(version, writes.length);
  /** One for each depth: an update is at one node of each depth at a time. */
  const slotsAt: Slots[] = [];
  const packing = new Slots();
  return { root: update(root, 0, 0, sorted.length), nodes, stale };

  /** The changes are those of `sorted` from `from` to `to`. */
  function update(ref: StateRef, depth: number, from: number, to: number): StateRef {
    if (to - from === 1 && (!ref || ref.leaf)) {
      const replaced = updateLeaf(ref, sorted[from]!);
      if (replaced !== 'split') return replaced;
    }
    if (from === to) return ref;
    return depth < KEPT_LEVELS ? updateKept(ref, depth, from, to) : updatePacked(ref, depth, from, to);
  }

  /** One write where there is at most a leaf: `split` when that leaf belongs to another key and has to share the place. */
  function updateLeaf(ref: StateRef, change: PathWrite): StateRef | 'split' {
    if (ref) {
      const leaf = decodeLeaf(readNode(store, ref, 'for its key'));
      if (!equalBytes(leaf.key, change.key)) return change.value ? 'split' : ref;
      if (change.value && equalBytes(leaf.value, change.value)) return ref;
      stale.push(ref.id);
    }
    if (!change.value) return undefined;
    const leaf = { key: change.key, value: change.value };
    return keep(leafHashOf(change.path, sha256(leaf.value)), encodeLeaf(leaf), true);
  }

  /** End of the changes from `from` on that go to the same child. */
  function endOfChild(nibble: number, depth: number, from: number, to: number): number {
    let end = from + 1;
    while (end < to && nibbleAt(sorted[end]!.path, depth) === nibble) end++;
    return end;
  }

  /** Near the root: the children stay in memory. */
  function updateKept(ref: StateRef, depth: number, from: number, to: number): StateRef {
    const before = childrenAt(ref, depth, sorted[from]!.path);
    const after = before.slice();
    for (let at = from; at < to;) {
      const nibble = nibbleAt(sorted[at]!.path, depth);
      const end = endOfChild(nibble, depth, at, to);
      after[nibble] = update(before[nibble], depth + 1, at, end);
      at = end;
    }
    if (ref && !ref.leaf && after.every((child, index) => child === before[index])) return ref;
    packing.clear();
    for (let index = 0; index < CHILDREN; index++) {
      const child = after[index];
      if (child) packing.set(index, child.id, child.leaf);
    }
    const made = settle(ref, packing);
    if (made && !made.leaf) made.kept = after;
    return made;
  }

  function childrenAt(ref: StateRef, depth: number, path: Uint8Array): Children {
    if (ref && !ref.leaf) return childrenOfInner(store, ref, depth);
    const children = new Array<NodeRef | undefined>(CHILDREN).fill(undefined);
    if (ref) children[nibbleOfLeaf(ref, depth, path)] = ref;
    return children;
  }

  /** Where a leaf goes that shares its place with a change from now on: the two agree on the way so far. */
  function nibbleOfLeaf(ref: NodeRef, depth: number, changed: Uint8Array): number {
    const path = pathOf(decodeLeaf(readNode(store, ref, 'for its key')).key);
    for (let above = 0; above < depth; above++)
      if (nibbleAt(path, above) !== nibbleAt(changed, above)) throw new Error('a value of the state is damaged');
    return nibbleAt(path, depth);
  }

  function updatePacked(ref: StateRef, depth: number, from: number, to: number): StateRef {
    const slots = (slotsAt[depth] ??= new Slots());
    slots.clear();
    if (ref && !ref.leaf) slots.load(readNode(store, ref));
    else if (ref) slots.set(nibbleOfLeaf(ref, depth, sorted[from]!.path), ref.id, true);
    let changed = !ref || ref.leaf;
    for (let at = from; at < to;) {
      const nibble = nibbleAt(sorted[at]!.path, depth);
      const end = endOfChild(nibble, depth, at, to);
      const before = slots.has(nibble) ? nodeRef(slots.id(nibble), slots.isLeaf(nibble)) : undefined;
      const after = update(before, depth + 1, at, end);
      if (after !== before) {
        changed = true;
        if (after) slots.set(nibble, after.id, after.leaf);
        else slots.remove(nibble);
      }
      at = end;
    }
    return changed ? settle(ref, slots) : ref;
  }

  /** What sixteen children become: nothing, a lone leaf moved up, or a new node. */
  function settle(ref: StateRef, slots: Slots): StateRef {
    if (ref && !ref.leaf) stale.push(ref.id);
    if (slots.present === 0) return undefined;
    if (slots.present === slots.leaves && (slots.present & (slots.present - 1)) === 0) return nodeRef(slots.id(31 - Math.clz32(slots.present)), true);
    return keep(slots.hash(), slots.encode(), false);
  }

  function keep(hash: Uint8Array, bytes: Uint8Array, leaf: boolean): NodeRef {
    const id = nodeId(stamp, hash);
    nodes.push({ id, bytes });
    return nodeRef(id, leaf);
  }
}

/** By path. The first 48 bits decide nearly always, and compare as one number. */
function inOrder(writes: readonly StateWrite[]): readonly PathWrite[] {
  return writes
    .map(({ key, value, path = pathOf(key) }): PathWrite => {
      let order = 0;
      for (let i = 0; i < 6; i++) order = order * 256 + path[i]!;
      return { key, value, path, order };
    })
    .sort((a, b) => a.order - b.order || compareBytes(a.path, b.path));
}
