/** All keys and values of one version, in the order of their paths. */
import { decodeInner, decodeLeaf, type Leaf } from './node.ts';
import { readNode, type NodeReader, type StateRef } from './tree.ts';

/** Throws like `readNode` when the version's nodes are not kept any more. */
export function* leavesOf(store: NodeReader, root: StateRef): Generator<Leaf, void, undefined> {
  if (!root) return;
  const bytes = readNode(store, root);
  if (root.leaf) {
    yield decodeLeaf(bytes);
    return;
  }
  for (const child of decodeInner(bytes)) if (child) yield* leavesOf(store, child);
}
