/**
 * Nodes of the state tree as the index stores them: in pages of about a dozen. A block makes thousands of nodes, and an entry for each would
 * cost more than making it. A node's id says which page it is on (`ledger/state/node.ts`).
 *
 *   page key = n ‖ stamp: 6 bytes ‖ group: 2 bytes          group: the first bits of the hash, as many as the stamp says
 *   page     = for each node: hash: 32 bytes ‖ length: 4 bytes ‖ node
 */
import { ID_BYTES, VERSION_BYTES } from '../../../ledger/state/node-format.ts';
import { spreadOf } from '../../../ledger/state/node.ts';
import type { NewNode, NewNodes } from '../../../ledger/state/new-nodes.ts';
import type { NodeReader } from '../../../ledger/state/tree.ts';
import type { IndexReader, IndexWrite } from './index-port.ts';

/** First byte of the keys of pages. */
export const NODE_PREFIX = 0x6e;

const ENTRY_HEAD = 36;
const PAGE_KEY_BYTES = 1 + VERSION_BYTES + 2;

export const pageKey = (id: Uint8Array): Uint8Array => groupKey(id, ((id[VERSION_BYTES]! << 8) | id[VERSION_BYTES + 1]!) >> (16 - spreadOf(id)));

/** `stamp`: what an id begins with. */
function groupKey(stamp: Uint8Array, group: number): Uint8Array {
  const key = new Uint8Array(PAGE_KEY_BYTES);
  key[0] = NODE_PREFIX;
  for (let i = 0; i < VERSION_BYTES; i++) key[i + 1] = stamp[i]!;
  key[VERSION_BYTES + 1] = group >> 8;
  key[VERSION_BYTES + 2] = group & 255;
  return key;
}

/** The numbers in a page's key; undefined: it is another key. */
export function decodePageKey(key: Uint8Array): { readonly stamp: number; readonly group: number } | undefined {
  if (key[0] !== NODE_PREFIX || key.length !== PAGE_KEY_BYTES) return undefined;
  let stamp = 0;
  for (let i = 1; i <= VERSION_BYTES; i++) stamp = stamp * 256 + key[i]!;
  return { stamp, group: (key[VERSION_BYTES + 1]! << 8) | key[VERSION_BYTES + 2]! };
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

export function pagedNodes(index: IndexReader): NodeReader {
  function peek(id: Uint8Array): Uint8Array | undefined {
    const page = index.peek ? index.peek(pageKey(id)) : index.get(pageKey(id));
    if (!page) return undefined;
    for (let at = 0; at + ENTRY_HEAD <= page.length;) {
      const from = at + ENTRY_HEAD;
      const end = from + lengthAt(page, at + 32);
      if (isAt(page, at, id)) return end <= page.length ? page.subarray(from, end) : undefined;
      at = end;
    }
    return undefined;
  }

  return {
    peek,
    get(id) {
      const bytes = peek(id);
      // A plain one, not a `Buffer`.
      return bytes && new Uint8Array(bytes);
    },
  };
}

function isAt(page: Uint8Array, at: number, id: Uint8Array): boolean {
  for (let i = 0; i < 32; i++) if (page[at + i] !== id[VERSION_BYTES + i]) return false;
  return true;
}

/** The pages of an update. */
export function pagesOf(nodes: NewNodes): readonly IndexWrite[] {
  const spread = spreadOf(nodes.stamp);
  const groupOf = (position: number): number => nodes.hashStart(position) >> (16 - spread);
  // First how long each page is, then where it begins in one piece of memory for all, then its nodes.
  const ends = new Uint32Array(1 << spread);
  for (let position = 0; position < nodes.length; position++) ends[groupOf(position)]! += ENTRY_HEAD + nodes.byteLength(position);
  const pages: { readonly key: Uint8Array; readonly value: Uint8Array }[] = [];
  const memory = new Uint8Array(nodes.totalBytes + ENTRY_HEAD * nodes.length);
  let start = 0;
  for (const [group, length] of ends.entries()) {
    if (length === 0) continue;
    pages.push({ key: groupKey(nodes.stamp, group), value: memory.subarray(start, start + length) });
    // So far as it is filled.
    ends[group] = start;
    start += length;
  }
  for (let position = 0; position < nodes.length; position++) {
    const group = groupOf(position);
    const at = ends[group]!;
    const length = nodes.byteLength(position);
    nodes.copyHash(position, memory, at);
    putLength(memory, at + 32, length);
    nodes.copyBytes(position, memory, at + ENTRY_HEAD);
    ends[group] = at + ENTRY_HEAD + length;
  }
  return pages;
}

function putLength(page: Uint8Array, at: number, length: number): void {
  page[at] = length >>> 24;
  page[at + 1] = (length >> 16) & 255;
  page[at + 2] = (length >> 8) & 255;
  page[at + 3] = length & 255;
}

/** A page with nodes of one group. */
function pageWith(nodes: readonly NewNode[]): Uint8Array {
  const page = new Uint8Array(nodes.reduce((sum, { bytes }) => sum + ENTRY_HEAD + bytes.length, 0));
  let at = 0;
  for (const { id, bytes } of nodes) {
    page.set(id.subarray(VERSION_BYTES), at);
    putLength(page, at + 32, bytes.length);
    page.set(bytes, at + ENTRY_HEAD);
    at += ENTRY_HEAD + bytes.length;
  }
  return page;
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
    writes.push({ key, value: left.length === 0 ? undefined : pageWith(left) });
  }
  return writes;
}

const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
