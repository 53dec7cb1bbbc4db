import { Arena } from '../../base/arena.ts';
import { utf8 } from '../../base/bytes.ts';
import { pathOf } from '../state/hash.ts';
import { stateReader, type NodeReader, type StateRef } from '../state/tree.ts';
import type { StateWrite } from '../state/update.ts';
import type { StateView } from './rule.ts';

export interface KeyedView extends StateView {
  /** Writes by key as the tree takes them. What has been read here is not hashed again. */
  writes(values: ReadonlyMap<string, Uint8Array>): readonly StateWrite[];
}

/** One version of the state tree, as rules and the functions of modules read it. Each key is looked up once: a view lives as long as a block. */
export function stateView(nodes: NodeReader, root: StateRef): KeyedView {
  const read = stateReader(nodes, root);
  const known = new Map<string, { readonly key: Uint8Array; readonly path: Uint8Array; readonly value: Uint8Array | undefined }>();
  const keys = new Arena(16_384);
  return {
    get(name) {
      const found = known.get(name);
      if (found) return found.value;
      const key = keyIn(keys, name);
      const path = pathOf(key);
      const value = read(key, path);
      known.set(name, { key, path, value });
      return value;
    },
    writes: (values) =>
      Array.from(values, ([name, value]) => {
        const found = known.get(name);
        return found ? { key: found.key, path: found.path, value } : { key: keyIn(keys, name), value };
      }),
  };
}

/** UTF-8 of a key's name. */
function keyIn(memory: Arena, name: string): Uint8Array {
  const key = memory.take(name.length);
  for (let i = 0; i < name.length; i++) {
    const unit = name.charCodeAt(i);
    if (unit > 0x7f) return utf8(name);
    key[i] = unit;
  }
  return key;
}
