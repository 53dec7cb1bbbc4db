/**
 * Stored nodes of the state tree. Storage groups four binary levels into one node of sixteen children, so that a read takes few look-ups;
 * hashes don't know of this grouping. Nodes never change: a node's id is the version (height) that made it, how many were made with it, and its hash.
 *
 *   id     = stamp: 6 bytes, big-endian ‖ hash: 32 bytes
 *   stamp  = version · 64 + spread                          a store may keep nodes of one stamp together in 2^spread groups, by the hash's first bits
 *   inner  = 0x01 ‖ present: 16 bits ‖ leaves: 16 bits ‖ for each present child, in order: its id
 *   leaf   = 0x00 ‖ key length: 2 bytes ‖ key ‖ value
 */
import { sha256 } from '#sha256';
import { innerHashOf, leafHashOf, EMPTY_STATE_ROOT, pathOf } from './hash.ts';
import { CHILDREN, ID_BYTES, INNER_HEAD, LEAF_HEAD, VERSION_BYTES } from './node-format.ts';

/** Points at a stored node; undefined stands for an empty subtree. */
export interface NodeRef {
  readonly id: Uint8Array;
  readonly leaf: boolean;
  /** The children of an inner node near the root, once they have been read or made: every key's way leads through them. Never more than the node says. */
  kept: Children | undefined;
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

export const nodeRef = (id: Uint8Array, leaf: boolean): NodeRef => ({ id, leaf, kept: undefined });

/** What the ids of all nodes begin with that one update makes. `changes`: keys that it writes; some two nodes each. */
export function stampOf(version: number, changes: number): Uint8Array {
  const spread = Math.min(16, Math.max(0, 32 - Math.clz32(Math.floor(changes / 5))));
  const stamp = new Uint8Array(VERSION_BYTES);
  let rest = version * 64 + spread;
  for (let at = VERSION_BYTES - 1; at >= 0; at--) {
    stamp[at] = rest % 256;
    rest = Math.floor(rest / 256);
  }
  return stamp;
}

export const spreadOf = (id: Uint8Array): number => id[VERSION_BYTES - 1]! & 63;

/** Ids that stand one after another. */
export const idsIn = (row: Uint8Array): readonly Uint8Array[] =>
  Array.from({ length: Math.floor(row.length / ID_BYTES) }, (_, i) => row.subarray(i * ID_BYTES, (i + 1) * ID_BYTES));

export const hashOfId = (id: Uint8Array): Uint8Array => id.subarray(VERSION_BYTES);

export const isLeafNode = (bytes: Uint8Array): boolean => bytes[0] === 0;

export const hashOfLeaf = ({ key, value }: Leaf): Uint8Array => leafHashOf(pathOf(key), sha256(value));

export const leafLength = ({ key, value }: Leaf): number => LEAF_HEAD + key.length + value.length;

export function encodeLeafInto(target: Uint8Array, at: number, { key, value }: Leaf): void {
  target[at] = 0;
  target[at + 1] = key.length >> 8;
  target[at + 2] = key.length & 255;
  target.set(key, at + LEAF_HEAD);
  target.set(value, at + LEAF_HEAD + key.length);
}

export function decodeLeaf(bytes: Uint8Array): Leaf {
  const end = endOfKey(bytes);
  return { key: bytes.subarray(LEAF_HEAD, end), value: bytes.subarray(end) };
}

/** Whether an encoded leaf is that of a key. */
export function isLeafOf(bytes: Uint8Array, key: Uint8Array): boolean {
  if (endOfKey(bytes) !== LEAF_HEAD + key.length) return false;
  for (let i = 0; i < key.length; i++) if (bytes[LEAF_HEAD + i] !== key[i]) return false;
  return true;
}

const endOfKey = (bytes: Uint8Array): number => LEAF_HEAD + (bytes[1]! << 8) + bytes[2]!;

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
    children.push(nodeRef(bytes.subarray(at, at + ID_BYTES), (leaves & (1 << index)) !== 0));
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
  return nodeRef(bytes.subarray(at, at + ID_BYTES), (leaves & (1 << index)) !== 0);
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

function join(left: Subtree | undefined, right: Subtree | undefined): Subtree | undefined {
  if (!left && (!right || right.leaf)) return right;
  if (!right && left!.leaf) return left;
  return { hash: innerHashOf(left?.hash ?? EMPTY_STATE_ROOT, right?.hash ?? EMPTY_STATE_ROOT), leaf: false };
}
