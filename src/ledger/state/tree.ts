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
  encodeInner,
  encodeLeaf,
  hashOfChildren,
  hashOfId,
  hashOfLeaf,
  childOf,
  isLeafNode,
  nodeId,
  type Children,
  type NodeRef,
} from './node.ts';

/** Where nodes are kept; synchronous, as the state machine is. */
export interface NodeReader {
  get(id: Uint8Array): Uint8Array | undefined;
}

/** A version of the state: its root node, or undefined while it is empty. */
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
 * that was stored: no block is built on a damaged value.
 */
export function readNode(store: NodeReader, ref: NodeRef): Uint8Array {
  const bytes = store.get(ref.id);
  if (!bytes || isLeafNode(bytes) !== ref.leaf) throw new Error('a node of the state tree is missing');
  if (ref.leaf && !equalBytes(hashOfLeaf(decodeLeaf(bytes)), hashOfId(ref.id))) throw new Error('a value of the state is damaged');
  return bytes;
}

export const getValue = (store: NodeReader, root: StateRef, key: Uint8Array): Uint8Array | undefined => stateReader(store, root)(key);

/** Levels of stored nodes that a reader keeps: with sixteen children each, the upper four are at most 4,369 nodes. */
const KEPT_LEVELS = 4;

/** Reads values of one version. The upper nodes are asked of the store once: a block reads thousands of keys, all through them. */
export function stateReader(store: NodeReader, root: StateRef): (key: Uint8Array, path?: Uint8Array) => Uint8Array | undefined {
  const kept = new Map<number, Uint8Array>();
  return (key, path = pathOf(key)) => {
    let ref = root;
    // The nibbles so far behind a leading 1: a number for each place in the upper levels.
    let place = 1;
    for (let depth = 0; ref; depth++) {
      let bytes = depth < KEPT_LEVELS ? kept.get(place) : undefined;
      if (!bytes) {
        bytes = readNode(store, ref);
        if (depth < KEPT_LEVELS) kept.set(place, bytes);
      }
      if (ref.leaf) {
        const leaf = decodeLeaf(bytes);
        return equalBytes(leaf.key, key) ? leaf.value : undefined;
      }
      const nibble = nibbleAt(path, depth);
      ref = childOf(bytes, nibble);
      if (depth < KEPT_LEVELS) place = place * 16 + nibble;
    }
    return undefined;
  };
}

type PathWrite = StateWrite & { readonly path: Uint8Array };

/** Applies writes (each key at most once) and makes them version `version`, which is greater than any version in the tree. */
export function updateState(store: NodeReader, root: StateRef, version: number, writes: readonly StateWrite[]): StateUpdate {
  const nodes: { id: Uint8Array; bytes: Uint8Array }[] = [];
  const stale: Uint8Array[] = [];
  const sorted = writes.map(({ key, value, path = pathOf(key) }): PathWrite => ({ key, value, path })).sort((a, b) => compareBytes(a.path, b.path));
  return { root: update(root, 0, sorted), nodes, stale };

  function update(ref: StateRef, depth: number, changes: readonly PathWrite[]): StateRef {
    if (changes.length === 0) return ref;
    if (changes.length === 1 && (!ref || ref.leaf)) {
      const replaced = updateLeaf(ref, changes[0]!);
      if (replaced !== 'split') return replaced;
    }
    const before = childrenOf(ref, depth);
    const after = [...before];
    for (let from = 0, to = 0; from < changes.length; from = to) {
      const nibble = nibbleAt(changes[from]!.path, depth);
      while (to < changes.length && nibbleAt(changes[to]!.path, depth) === nibble) to++;
      after[nibble] = update(before[nibble], depth + 1, changes.slice(from, to));
    }
    return settle(ref, before, after);
  }

  /** One write where there is at most a leaf: `split` when that leaf belongs to another key and has to share the place. */
  function updateLeaf(ref: StateRef, change: PathWrite): StateRef | 'split' {
    if (ref) {
      const leaf = decodeLeaf(readNode(store, ref));
      if (!equalBytes(leaf.key, change.key)) return change.value ? 'split' : ref;
      if (change.value && equalBytes(leaf.value, change.value)) return ref;
      stale.push(ref.id);
    }
    if (!change.value) return undefined;
    const leaf = { key: change.key, value: change.value };
    return keep(leafHashOf(change.path, sha256(leaf.value)), encodeLeaf(leaf), true);
  }

  function childrenOf(ref: StateRef, depth: number): Children {
    if (!ref) return new Array<undefined>(16).fill(undefined);
    const bytes = readNode(store, ref);
    if (!ref.leaf) return decodeInner(bytes);
    const children = new Array<NodeRef | undefined>(16).fill(undefined);
    children[nibbleAt(pathOf(decodeLeaf(bytes).key), depth)] = ref;
    return children;
  }

  /** What sixteen children become: nothing, a lone leaf moved up, the same node as before, or a new one. */
  function settle(ref: StateRef, before: Children, after: Children): StateRef {
    const unchanged = ref && !ref.leaf && after.every((child, index) => child === before[index]);
    if (unchanged) return ref;
    if (ref && !ref.leaf) stale.push(ref.id);
    let count = 0;
    let only: NodeRef | undefined;
    for (const child of after) if (child && ++count) only = child;
    if (count === 0) return undefined;
    if (count === 1 && only!.leaf) return only;
    return keep(hashOfChildren(after), encodeInner(after), false);
  }

  function keep(hash: Uint8Array, bytes: Uint8Array, leaf: boolean): NodeRef {
    const id = nodeId(version, hash);
    nodes.push({ id, bytes });
    return { id, leaf };
  }
}
