/**
 * The versioned state tree over a store of nodes: reading. Nothing is changed in place (`update.ts`), so every version whose nodes are kept
 * can be read and proven.
 */
import { equalBytes } from '../../base/bytes.ts';
import { EMPTY_STATE_ROOT, nibbleAt, pathOf } from './hash.ts';
import { childOf, decodeInner, decodeLeaf, hashOfId, hashOfLeaf, isLeafNode, isLeafOf, type Children, type NodeRef } from './node.ts';

/** Where nodes are kept; synchronous, as the state machine is. */
export interface NodeReader {
  get(id: Uint8Array): Uint8Array | undefined;
  /** The same without a copy: valid until the next read. */
  peek?(id: Uint8Array): Uint8Array | undefined;
}

/** A version of the state: its root node, or undefined while it is empty. Blocks that follow each other share what they keep in memory. */
export type StateRef = NodeRef | undefined;

export const stateRootOf = (ref: StateRef): Uint8Array => (ref ? hashOfId(ref.id) : EMPTY_STATE_ROOT);

/**
 * Throws an `Error` when the store lacks a node of this version (it was pruned, or the store is damaged), and when a value is not the one
 * that was stored: no block is built on a damaged value. Whoever needs no more than the key of a leaf, to put another beside it, checks that.
 */
export function readNode(store: NodeReader, ref: NodeRef, use: 'for its key' | 'as it is' = 'as it is'): Uint8Array {
  const bytes = store.get(ref.id);
  if (!bytes || isLeafNode(bytes) !== ref.leaf) throw new Error('a node of the state tree is missing');
  if (use === 'as it is' && ref.leaf && !equalBytes(hashOfLeaf(decodeLeaf(bytes)), hashOfId(ref.id))) throw damaged();
  return bytes;
}

const damaged = (): Error => new Error('a value of the state is damaged');

/** The path of the key of a leaf that stands, `depth` nodes below the root, where `path` leads to. Throws an `Error` when it does not belong there. */
export function pathOfNeighbour(leaf: Uint8Array, path: Uint8Array, depth: number): Uint8Array {
  const itsPath = pathOf(decodeLeaf(leaf).key);
  for (let above = 0; above < depth; above++) if (nibbleAt(itsPath, above) !== nibbleAt(path, above)) throw damaged();
  return itsPath;
}

export const getValue = (store: NodeReader, root: StateRef, key: Uint8Array): Uint8Array | undefined => stateReader(store, root)(key);

/** Levels of stored nodes whose children stay in memory with the root: with sixteen children each, the upper four are at most 4,369 nodes. */
export const KEPT_LEVELS = 4;

/** The children of an inner node. */
export function childrenOfInner(store: NodeReader, ref: NodeRef, depth: number): Children {
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
    const bytes = readNode(store, ref);
    return isLeafOf(bytes, key) ? decodeLeaf(bytes).value : undefined;
  };
}
