/**
 * Nodes of the state tree as the index stores them: in pages of about a dozen. A block makes thousands of nodes, and an entry for each would
 * cost more than making it. A node's id says which page it is on (`ledger/state/node.ts`).
 *
 *   page key = n ‖ stamp: 6 bytes ‖ group: 2 bytes          group: the first bits of the hash, as many as the stamp says
 *   page     = for each node: hash: 32 bytes ‖ length: 4 bytes ‖ node
 */
import { ID_BYTES, VERSION_BYTES } from '../../ledger/state/node-format.ts';
import { spreadOf } from '../../ledger/state/node.ts';
import type { NodeReader, StateUpdate } from '../../ledger/state/tree.ts';
import type { IndexReader, IndexWrite } from './index-port.ts';

/** First byte of the keys of pages. */
export const NODE_PREFIX = 0x6e;

const ENTRY_HEAD = 36;
const PAGE_KEY_BYTES = 1 + VERSION_BYTES + 2;

export function pageKey(id: Uint8Array): Uint8Array {
  const key = new Uint8Array(PAGE_KEY_BYTES);
  key[0] = NODE_PREFIX;
  for (let i = 0; i < VERSION_BYTES; i++) key[i + 1] = id[i]!;
  const group = ((id[VERSION_BYTES]! << 8) | id[VERSION_BYTES + 1]!) >> (16 - spreadOf(id));
  key[VERSION_BYTES + 1] = group >> 8;
  key[VERSION_BYTES + 2] = group & 255;
  return key;
}

/** Nodes of a page, each with its id. */
export function* nodesOnPage(key: Uint8Array, page: Uint8Array): Generator<{ readonly id: Uint8Array; readonly bytes: Uint8Array }> {
  for (let at = 0; at + ENTRY_HEAD <= page.length;) {
    const end = at + ENTRY_HEAD + lengthAt(page, at + 32);
    if (end > page.length) return;
    const id = new Uint8Array(ID_BYTES);
    id.set(key.subarray(1, 1 + VERSION_BYTES));
    id.set(page.subarray(at, at + 32), VERSION_BYTES);
    yield { id, bytes: page.subarray(at + ENTRY_HEAD, end) };
    at = end;
  }
}

/** What a page has beyond its nodes: nothing, unless it is damaged. */
export function restOfPage(page: Uint8Array): number {
  let at = 0;
  while (at + ENTRY_HEAD <= page.length) {
    const end = at + ENTRY_HEAD + lengthAt(page, at + 32);
    if (end > page.length) break;
    at = end;
  }
  return page.length - at;
}

const lengthAt = (page: Uint8Array, at: number): number => page[at]! * 0x1000000 + ((page[at + 1]! << 16) | (page[at + 2]! << 8) | page[at + 3]!);

export const pagedNodes = (index: IndexReader): NodeReader => ({
  get(id) {
    const page = index.peek ? index.peek(pageKey(id)) : index.get(pageKey(id));
    if (!page) return undefined;
    for (let at = 0; at + ENTRY_HEAD <= page.length;) {
      const from = at + ENTRY_HEAD;
      const end = from + lengthAt(page, at + 32);
      if (isAt(page, at, id)) return end <= page.length ? copyOf(page, from, end) : undefined;
      at = end;
    }
    return undefined;
  },
});

/** A plain one, not a `Buffer`. */
function copyOf(page: Uint8Array, from: number, end: number): Uint8Array {
  const copy = new Uint8Array(end - from);
  copy.set(page.subarray(from, end));
  return copy;
}

function isAt(page: Uint8Array, at: number, id: Uint8Array): boolean {
  for (let i = 0; i < 32; i++) if (page[at + i] !== id[VERSION_BYTES + i]) return false;
  return true;
}

/** The pages of an update. */
export function pagesOf(nodes: StateUpdate['nodes']): readonly IndexWrite[] {
  const groups = new Map<number, { readonly key: Uint8Array; readonly members: number[]; size: number }>();
  let total = 0;
  for (const [position, { id, bytes }] of nodes.entries()) {
    const group = ((id[VERSION_BYTES]! << 8) | id[VERSION_BYTES + 1]!) >> (16 - spreadOf(id));
    const size = ENTRY_HEAD + bytes.length;
    const found = groups.get(group);
    if (found) {
      found.members.push(position);
      found.size += size;
    } else groups.set(group, { key: pageKey(id), members: [position], size });
    total += size;
  }
  // One piece of memory for all pages.
  const memory = new Uint8Array(total);
  let at = 0;
  return Array.from(groups.values(), ({ key, members }) => {
    const start = at;
    for (const position of members) at = putNode(memory, at, nodes[position]!);
    return { key, value: memory.subarray(start, at) };
  });
}

function putNode(page: Uint8Array, at: number, { id, bytes }: { readonly id: Uint8Array; readonly bytes: Uint8Array }): number {
  for (let i = 0; i < 32; i++) page[at + i] = id[VERSION_BYTES + i]!;
  page[at + 32] = bytes.length >>> 24;
  page[at + 33] = (bytes.length >> 16) & 255;
  page[at + 34] = (bytes.length >> 8) & 255;
  page[at + 35] = bytes.length & 255;
  page.set(bytes, at + ENTRY_HEAD);
  return at + ENTRY_HEAD + bytes.length;
}

/** The pages without these nodes: shorter, or gone. */
export function withoutNodes(ids: readonly Uint8Array[], index: IndexReader): readonly IndexWrite[] {
  const pages = new Map<string, { readonly key: Uint8Array; readonly gone: Set<string> }>();
  for (const id of ids) {
    const key = pageKey(id);
    const name = latin1(key);
    const found = pages.get(name);
    if (found) found.gone.add(latin1(id));
    else pages.set(name, { key, gone: new Set([latin1(id)]) });
  }
  const writes: IndexWrite[] = [];
  for (const { key, gone } of pages.values()) {
    const page = index.get(key);
    if (!page) continue;
    const left = Array.from(nodesOnPage(key, page)).filter(({ id }) => !gone.has(latin1(id)));
    writes.push(left.length === 0 ? { key, value: undefined } : pagesOf(left)[0]!);
  }
  return writes;
}

const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
