/**
 * Stored nodes of the state tree. Storage groups four binary levels into one node of sixteen children, so that a read takes few look-ups;
 * hashes don't know of this grouping. Nodes never change: a node's id is the version (height) that made it, and its hash.
 *
 *   id     = version: 6 bytes, big-endian ‖ hash: 32 bytes
 *   inner  = 0x01 ‖ present: 16 bits ‖ leaves: 16 bits ‖ for each present child, in order: its id
 *   leaf   = 0x00 ‖ key length: 2 bytes ‖ key ‖ value
 */
import { sha256 } from '#sha256';
import { innerHashOf, leafHashOf, EMPTY_STATE_ROOT, pathOf } from './hash.ts';

/** Points at a stored node; undefined stands for an empty subtree. */
export interface NodeRef {
  readonly id: Uint8Array;
  readonly leaf: boolean;
}

/** What a subtree hashes to, and whether it is a lone leaf, which moves up unpaired. */
export interface Subtree {
  readonly hash: Uint8Array;
  readonly leaf: boolean;
}

export interface Leaf {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
}

export type Children = readonly (NodeRef | undefined)[];

export const ID_BYTES = 38;
const CHILDREN = 16;
const INNER_HEAD = 5;

export function nodeId(version: number, hash: Uint8Array): Uint8Array {
  const id = new Uint8Array(ID_BYTES);
  let rest = version;
  for (let at = 5; at >= 0; at--) {
    id[at] = rest % 256;
    rest = Math.floor(rest / 256);
  }
  id.set(hash, 6);
  return id;
}

export const hashOfId = (id: Uint8Array): Uint8Array => id.subarray(6);

export const isLeafNode = (bytes: Uint8Array): boolean => bytes[0] === 0;

export const hashOfLeaf = ({ key, value }: Leaf): Uint8Array => leafHashOf(pathOf(key), sha256(value));

export function encodeLeaf({ key, value }: Leaf): Uint8Array {
  const bytes = new Uint8Array(3 + key.length + value.length);
  bytes[1] = key.length >> 8;
  bytes[2] = key.length & 255;
  bytes.set(key, 3);
  bytes.set(value, 3 + key.length);
  return bytes;
}

export function decodeLeaf(bytes: Uint8Array): Leaf {
  const end = 3 + (bytes[1]! << 8) + bytes[2]!;
  return { key: bytes.subarray(3, end), value: bytes.subarray(end) };
}

export function encodeInner(children: Children): Uint8Array {
  let count = 0;
  for (const child of children) if (child) count++;
  const bytes = new Uint8Array(INNER_HEAD + ID_BYTES * count);
  bytes[0] = 1;
  let presentBits = 0;
  let leafBits = 0;
  let at = INNER_HEAD;
  for (let index = 0; index < CHILDREN; index++) {
    const child = children[index];
    if (!child) continue;
    presentBits |= 1 << index;
    if (child.leaf) leafBits |= 1 << index;
    bytes.set(child.id, at);
    at += ID_BYTES;
  }
  bytes[1] = presentBits >> 8;
  bytes[2] = presentBits & 255;
  bytes[3] = leafBits >> 8;
  bytes[4] = leafBits & 255;
  return bytes;
}

export function decodeInner(bytes: Uint8Array): Children {
  const present = (bytes[1]! << 8) | bytes[2]!;
  const leaves = (bytes[3]! << 8) | bytes[4]!;
  const children: (NodeRef | undefined)[] = [];
  let at = INNER_HEAD;
  for (let index = 0; index < CHILDREN; index++) {
    if ((present & (1 << index)) === 0) {
      children.push(undefined);
      continue;
    }
    children.push({ id: bytes.subarray(at, at + ID_BYTES), leaf: (leaves & (1 << index)) !== 0 });
    at += ID_BYTES;
  }
  return children;
}

/** One child of an encoded inner node, without decoding the others. */
export function childOf(bytes: Uint8Array, index: number): NodeRef | undefined {
  const present = (bytes[1]! << 8) | bytes[2]!;
  if ((present & (1 << index)) === 0) return undefined;
  let before = 0;
  for (let bits = present & ((1 << index) - 1); bits !== 0; bits &= bits - 1) before++;
  const at = INNER_HEAD + ID_BYTES * before;
  const leaves = (bytes[3]! << 8) | bytes[4]!;
  return { id: bytes.subarray(at, at + ID_BYTES), leaf: (leaves & (1 << index)) !== 0 };
}

/** The binary levels inside a node, top first: arrays of 1, 2, 4, 8 and 16 subtrees. */
export function levelsOf(children: Children): readonly (readonly (Subtree | undefined)[])[] {
  let level: readonly (Subtree | undefined)[] = children.map((child) => child && { hash: hashOfId(child.id), leaf: child.leaf });
  const levels = [level];
  while (level.length > 1) {
    const below = level;
    level = below.filter((_, index) => index % 2 === 0).map((left, index) => join(left, below[2 * index + 1]));
    levels.unshift(level);
  }
  return levels;
}

/** The hash over a node's children: the top of `levelsOf`, without keeping what is below. */
export function hashOfChildren(children: Children): Uint8Array {
  const hashes: (Uint8Array | undefined)[] = [];
  let leaves = 0;
  for (let index = 0; index < CHILDREN; index++) {
    const child = children[index];
    hashes.push(child && hashOfId(child.id));
    if (child?.leaf) leaves |= 1 << index;
  }
  // Level by level in place; `leaves` has a bit for each subtree that is a lone leaf.
  for (let count = CHILDREN; count > 1; count >>= 1) {
    let above = 0;
    for (let index = 0; index < count; index += 2) {
      const left = hashes[index];
      const right = hashes[index + 1];
      const leftLeaf = (leaves >> index) & 1;
      const rightLeaf = (leaves >> (index + 1)) & 1;
      const to = index >> 1;
      if (!left && (!right || rightLeaf)) {
        hashes[to] = right;
        above |= rightLeaf << to;
      } else if (!right && leftLeaf) {
        hashes[to] = left;
        above |= 1 << to;
      } else hashes[to] = innerHashOf(left ?? EMPTY_STATE_ROOT, right ?? EMPTY_STATE_ROOT);
    }
    leaves = above;
  }
  return hashes[0] ?? EMPTY_STATE_ROOT;
}

function join(left: Subtree | undefined, right: Subtree | undefined): Subtree | undefined {
  if (!left && (!right || right.leaf)) return right;
  if (!right && left!.leaf) return left;
  return { hash: innerHashOf(left?.hash ?? EMPTY_STATE_ROOT, right?.hash ?? EMPTY_STATE_ROOT), leaf: false };
}
