/** The frozen vectors of `test/vectors/receipts`: what any verifier, in any language, has to say about these bytes. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../../src/base/bytes.ts';
import { batchCommitment } from '../../../src/ledger/proofs/batch.ts';
import { appendLeaves, emptyFrontier, frontierRoot } from '../../../src/ledger/proofs/merkle-log.ts';
import { commitment, contentHash, leafHash } from '../../../src/ledger/proofs/commitment.ts';
import { generated, judge, type Vector } from '../../vectors/receipts/generate.ts';

const read = (name: string): unknown => JSON.parse(readFileSync(new URL(`../../vectors/receipts/${name}`, import.meta.url), 'utf8'));

describe('entry-receipts.json', () => {
  const vectors = read('entry-receipts.json') as readonly Vector[];

  it.for(vectors)('$name: $expected.verdict', (vector) => {
    expect(judge(vector)).toEqual(vector.expected);
  });

  it('has vectors that hold, that fail and that can’t be decided', () => {
    expect(new Set(vectors.map(({ expected }) => expected.verdict))).toEqual(new Set(['held', 'failed', 'incomplete']));
    expect(new Set(vectors.map(({ name }) => name)).size).toBe(vectors.length);
  });

  it('has a vector for the failure of every single step', () => {
    const alone = vectors.map(({ expected: { failed } }) => failed).filter(({ length }) => length === 1);
    expect(new Set(alone.flat())).toEqual(new Set(['form', 'content', 'log', 'anchor', 'inclusion', 'signature', 'block', 'trust']));
  });
});

describe('commitments.json', () => {
  it.for(read('commitments.json') as readonly Record<'content' | 'contentHash' | 'blinder' | 'commitment' | 'leaf', string>[])(
    '$content',
    (vector) => {
      expect(toHex(contentHash(fromHex(vector.content)))).toBe(vector.contentHash);
      const made = commitment(fromHex(vector.blinder), fromHex(vector.contentHash));
      expect(toHex(made)).toBe(vector.commitment);
      expect(toHex(leafHash(made))).toBe(vector.leaf);
    },
  );
});

describe('batches.json', () => {
  type BatchVector = Record<'leaves' | 'root' | 'blinder' | 'commitment', string> & { readonly size: number };
  it.for(read('batches.json') as readonly BatchVector[])('a batch of $size', ({ size, leaves, root, blinder, commitment }) => {
    const made = frontierRoot(appendLeaves(emptyFrontier, leaves === '' ? [] : leaves.split(' ').map(fromHex)));
    expect(toHex(made)).toBe(root);
    expect(toHex(batchCommitment(fromHex(blinder), size, made))).toBe(commitment);
  });
});

describe('the formats', () => {
  it('are frozen: the same keys and contents still make the same bytes', () => {
    for (const [name, content] of Object.entries(generated())) expect(JSON.parse(JSON.stringify(content)), name).toEqual(read(name));
  });
});
