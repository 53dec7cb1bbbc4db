import { utf8 } from '../../base/bytes.ts';
import { stateReader, type NodeReader, type StateRef } from '../state/tree.ts';
import type { StateView } from './rule.ts';

/** One version of the state tree, as rules and the functions of modules read it. */
export function stateView(nodes: NodeReader, root: StateRef): StateView {
  const read = stateReader(nodes, root);
  return { get: (key) => read(utf8(key)) };
}
