/** Public proof vectors (good and corrupted) for RFC 6962/9162 trees. */
import { describe, expect, it } from 'vitest';
import { verifyConsistency, verifyInclusion } from '../../../src/ledger/proofs/merkle-log.ts';
import { corpus, readTarGz } from '../../support/corpora.ts';

interface Vector {
  readonly desc: string;
  readonly wantErr: boolean;
  readonly root: string;
  readonly leafHash: string;
  readonly leafIdx: number;
  readonly treeSize: number;
  readonly start: number;
  readonly end: number;
  readonly size: number;
  readonly size1: number;
  readonly size2: number;
  readonly root1: string;
  readonly root2: string;
  readonly proof: readonly string[] | null;
}

const bytes = (base64: string): Uint8Array => Uint8Array.from(Buffer.from(base64, 'base64'));

const archive = corpus('crypto/merkle-rfc9162-proofs.tar.gz');
const files = archive ? readTarGz(archive).filter(({ path }) => path.endsWith('.json')) : [];
const vectors = files.map(({ path, bytes: content }) => ({
  path: path.replace(/^\.\//, ''),
  vector: JSON.parse(new TextDecoder().decode(content)) as Vector,
}));
const set = (name: string) => vectors.filter(({ path }) => path.startsWith(`${name}/`));

describe.skipIf(!archive)('public Merkle proof vectors', () => {
  it('has all of them', () => {
    const counts = ['inclusion', 'consistency', 'subtreeinclusion', 'subtreeconsistency'].map((name) => set(name).length);
    expect(counts).toEqual([98, 98, 204, 118]);
  });

  it.for(set('inclusion'))('$path', ({ vector }) => {
    const { leafHash, leafIdx, treeSize, root, proof } = vector;
    expect(verifyInclusion({ leaf: bytes(leafHash), index: leafIdx, size: treeSize, path: (proof ?? []).map(bytes), root: bytes(root) })).toBe(
      !vector.wantErr,
    );
  });

  it.for(set('consistency'))('$path', ({ vector }) => {
    const { size1, size2, root1, root2, proof } = vector;
    const held = verifyConsistency({ oldSize: size1, newSize: size2, oldRoot: bytes(root1), newRoot: bytes(root2), path: (proof ?? []).map(bytes) });
    expect(held).toBe(!vector.wantErr);
  });

  // A subtree [start, end) is a tree of its own; it exists only where start is a multiple of the next power of two ≥ its size.
  it.for(set('subtreeinclusion'))('$path', ({ vector }) => {
    const { leafHash, leafIdx, start, end, root, proof } = vector;
    const isSubtree = start < end && start % 2 ** Math.ceil(Math.log2(end - start)) === 0;
    const held =
      isSubtree &&
      verifyInclusion({ leaf: bytes(leafHash), index: leafIdx - start, size: end - start, path: (proof ?? []).map(bytes), root: bytes(root) });
    expect(held).toBe(!vector.wantErr);
  });

  // Consistency of a subtree with its tree is newer than RFC 9162 and in none of the formats here; from leaf 0 on it is the RFC's own proof.
  const prefixes = set('subtreeconsistency').filter(({ vector }) => vector.start === 0 && vector.end > 0);
  it.for(prefixes)('$path', ({ vector }) => {
    const { end, size, root1, root2, proof } = vector;
    const held = verifyConsistency({ oldSize: end, newSize: size, oldRoot: bytes(root1), newRoot: bytes(root2), path: (proof ?? []).map(bytes) });
    expect(held).toBe(!vector.wantErr);
  });
  it('leaves out the consistency of subtrees that are empty or begin elsewhere, and counts them', () => {
    expect(set('subtreeconsistency').length - prefixes.length).toBe(27);
  });
});
