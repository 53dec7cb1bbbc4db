import { describe, expect, it } from 'vitest';
import { equalBytes, toHex, utf8 } from '../../../src/base/bytes.ts';
import { leafHash } from '../../../src/ledger/proofs/commitment.ts';
import {
  appendLeaf,
  appendLeaves,
  consistencyPath,
  emptyFrontier,
  emptyRoot,
  frontierAt,
  frontierRoot,
  inclusionPath,
  nodeHash,
  rootAt,
  verifyConsistency,
  verifyInclusion,
} from '../../../src/ledger/proofs/merkle-log.ts';

const leafOf = (i: number): Uint8Array => leafHash(utf8(`entry ${i}`));

/** The definition of RFC 9162 §2.1.1, word by word: what the fast code is compared with. */
function definition(leaves: readonly Uint8Array[]): Uint8Array {
  if (leaves.length === 0) return emptyRoot();
  if (leaves.length === 1) return leaves[0]!;
  let k = 1;
  while (k * 2 < leaves.length) k *= 2;
  return nodeHash(definition(leaves.slice(0, k)), definition(leaves.slice(k)));
}

const COUNT = 70;
const leaves = Array.from({ length: COUNT }, (_, i) => leafOf(i));
const nodes = new Map<string, Uint8Array>();
const whole = appendLeaves(emptyFrontier, leaves, (level, index, hash) => nodes.set(`${level}/${index}`, hash));
const getNode = (level: number, index: number): Uint8Array => {
  const node = nodes.get(`${level}/${index}`);
  if (!node) throw new Error(`asked for an incomplete subtree ${level}/${index}`);
  return node;
};
const flipped = (hash: Uint8Array): Uint8Array => Uint8Array.from(hash, (byte, i) => (i === 7 ? byte ^ 1 : byte));

describe('the Merkle log', () => {
  it('has the roots of the definition at every size, however it was built', () => {
    let frontier = emptyFrontier;
    for (let size = 0; size <= COUNT; size++) {
      const expected = toHex(definition(leaves.slice(0, size)));
      expect(toHex(frontierRoot(frontier))).toBe(expected);
      expect(toHex(rootAt(size, getNode))).toBe(expected);
      expect(frontierAt(size, getNode).hashes.map(toHex)).toEqual(frontier.hashes.map(toHex));
      if (size < COUNT) frontier = appendLeaf(frontier, leaves[size]!);
    }
    expect(toHex(frontierRoot(whole))).toBe(toHex(frontierRoot(frontier)));
    expect(toHex(emptyRoot())).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  });

  it('proves every leaf at every size, and nothing else', () => {
    for (let size = 1; size <= COUNT; size++) {
      const root = rootAt(size, getNode);
      for (let index = 0; index < size; index++) {
        const proof = { leaf: leaves[index]!, index, size, path: inclusionPath(index, size, getNode), root };
        const { path } = proof;
        const wrong = [
          { ...proof, leaf: leafOf(COUNT + 1) },
          { ...proof, root: flipped(root) },
          { ...proof, path: [...path, root] },
          ...path.map((hash, i) => ({ ...proof, path: path.with(i, flipped(hash)) })),
          ...(size > 1
            ? [
                { ...proof, path: path.slice(1) },
                { ...proof, index: (index + 1) % size },
              ]
            : []),
        ];
        expect(verifyInclusion(proof)).toBe(true);
        expect(wrong.map(verifyInclusion)).not.toContain(true);
      }
    }
  });

  it('proves that every tree extends every smaller one, and nothing else', () => {
    for (let newSize = 0; newSize <= COUNT; newSize++) {
      const newRoot = rootAt(newSize, getNode);
      for (let oldSize = 0; oldSize <= newSize; oldSize++) {
        const oldRoot = rootAt(oldSize, getNode);
        const proof = { oldSize, oldRoot, newSize, newRoot, path: consistencyPath(oldSize, newSize, getNode) };
        const wrong = [
          { ...proof, oldRoot: flipped(oldRoot) },
          { ...proof, path: [...proof.path, newRoot] },
        ];
        if (oldSize > 0) wrong.push({ ...proof, newRoot: flipped(newRoot) });
        if (oldSize > 0 && oldSize < newSize) {
          // The last: a changed history, that is the old root over other leaves.
          wrong.push(
            { ...proof, path: proof.path.slice(1) },
            { ...proof, oldSize: newSize, newSize: oldSize, oldRoot: newRoot, newRoot: oldRoot },
            { ...proof, oldRoot: definition([flipped(leaves[0]!), ...leaves.slice(1, oldSize)]) },
          );
        }
        expect(verifyConsistency(proof)).toBe(true);
        expect(wrong.map(verifyConsistency)).not.toContain(true);
      }
    }
  });

  it('answers hostile numbers with false, not with an exception or a loop', () => {
    const leaf = leaves[0]!;
    const long = Array.from({ length: 1000 }, () => leaf);
    for (const size of [-1, 0, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, Number.MAX_SAFE_INTEGER]) {
      for (const index of [-1, 0, 1.5, Number.NaN, Number.MAX_SAFE_INTEGER]) {
        expect(verifyInclusion({ leaf, index, size, path: long, root: leaf })).toBe(false);
        expect(verifyInclusion({ leaf, index, size, path: [], root: leaf })).toBe(false);
        expect(verifyConsistency({ oldSize: index, oldRoot: leaf, newSize: size, newRoot: leaf, path: long })).toBe(false);
      }
    }
    expect(verifyInclusion({ leaf: new Uint8Array(31), index: 0, size: 1, path: [], root: new Uint8Array(31) })).toBe(false);
    expect(verifyInclusion({ leaf, index: 0, size: 2, path: [new Uint8Array(33)], root: leaf })).toBe(false);
    expect(() => inclusionPath(3, 3, getNode)).toThrow(RangeError);
    expect(() => consistencyPath(4, 3, getNode)).toThrow(RangeError);
  });

  it('works at sizes far above 2^32', () => {
    // One hash stands for every subtree of a level, so a tree of 2^40 + 3 equal leaves needs 41 hashes.
    const leaf = leafOf(0);
    const levels = [leaf];
    for (let level = 1; level <= 41; level++) levels.push(nodeHash(levels[level - 1]!, levels[level - 1]!));
    const lookup = (level: number): Uint8Array => levels[level]!;
    const size = 2 ** 40 + 3;
    const root = rootAt(size, lookup);
    for (const index of [0, 2 ** 32 + 5, 2 ** 40 - 1, 2 ** 40, 2 ** 40 + 2]) {
      expect(verifyInclusion({ leaf, index, size, path: inclusionPath(index, size, lookup), root })).toBe(true);
    }
    const older = 2 ** 39 + 7;
    expect(
      verifyConsistency({ oldSize: older, oldRoot: rootAt(older, lookup), newSize: size, newRoot: root, path: consistencyPath(older, size, lookup) }),
    ).toBe(true);
  });

  it('reports exactly the subtrees that the appended leaves complete', () => {
    const seen: string[] = [];
    const three = appendLeaves(emptyFrontier, leaves.slice(0, 3));
    appendLeaves(three, leaves.slice(3, 6), (level, index, hash) => {
      seen.push(`${level}/${index}`);
      expect(equalBytes(hash, getNode(level, index))).toBe(true);
    });
    expect(seen).toEqual(['0/3', '1/1', '2/0', '0/4', '0/5', '1/2']);
  });
});
