/** A reader of nodes for the time of one block: rules read nearly every node that the update then reads again. */
import { VERSION_BYTES } from './node-format.ts';
import type { NodeReader } from './tree.ts';

export function rememberingReader(nodes: NodeReader): NodeReader {
  const known = new Map<number, { readonly id: Uint8Array; readonly bytes: Uint8Array }>();
  return {
    get(id) {
      // 48 bits of the hash: another node with the same is looked up again, nothing more.
      let name = 0;
      for (let i = VERSION_BYTES; i < VERSION_BYTES + 6; i++) name = name * 256 + id[i]!;
      const found = known.get(name);
      if (found && isSame(found.id, id)) return found.bytes;
      const bytes = nodes.get(id);
      if (bytes) known.set(name, { id, bytes });
      return bytes;
    },
  };
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return a.length === b.length;
}
