/** A reader of nodes for the time of one block: rules read nearly every node that the update then reads again. */
import { Arena } from '../../base/arena.ts';
import { VERSION_BYTES } from './node-format.ts';
import type { NodeReader } from './tree.ts';

export function rememberingReader(nodes: NodeReader): NodeReader {
  const known = new Map<number, { readonly id: Uint8Array; readonly bytes: Uint8Array }>();
  const memory = new Arena(65_536);
  return {
    get(id) {
      // 32 bits of the hash, as an integer that needs no memory of its own: another node with the same is looked up again, nothing more.
      const at = VERSION_BYTES;
      const name = (id[at]! << 24) | (id[at + 1]! << 16) | (id[at + 2]! << 8) | id[at + 3]!;
      const found = known.get(name);
      if (found && isSame(found.id, id)) return found.bytes;
      const bytes = read(id);
      if (bytes) known.set(name, { id, bytes });
      return bytes;
    },
  };

  function read(id: Uint8Array): Uint8Array | undefined {
    if (!nodes.peek) return nodes.get(id);
    const bytes = nodes.peek(id);
    return bytes && memory.copy(bytes);
  }
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return a.length === b.length;
}
