/** The frozen vectors of `test/vectors/attestation`: what any verifier, in any language, has to say about these bytes. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { generated, judge, type Kind, type Vector } from '../../vectors/attestation/generate.ts';

const steps: Readonly<Record<Kind, readonly string[]>> = {
  'ledger-receipts': ['form', 'inclusion', 'signature', 'block', 'trust'],
  'transaction-receipts': ['form', 'operations', 'inclusion'],
  'state-receipts': ['form', 'state', 'block'],
  'trust-bundles': ['form', 'genesis', 'changes', 'previous'],
  'header-chains': ['transactions', 'attestations'],
};

describe.for(Object.keys(steps) as Kind[])('%s.json', (kind) => {
  const vectors = JSON.parse(readFileSync(new URL(`../../vectors/attestation/${kind}.json`, import.meta.url), 'utf8')) as readonly Vector[];

  it.for(vectors)('$name: $expected.verdict', (vector) => {
    expect(JSON.parse(JSON.stringify(judge(kind, vector)))).toEqual(vector.expected);
  });

  it('has vectors that hold, and one for the failure of every step alone', () => {
    expect(vectors.some(({ expected }) => expected.verdict === 'held')).toBe(true);
    const alone = new Set(vectors.flatMap(({ expected: { failed } }) => (failed.length === 1 ? failed : [])));
    expect(alone).toEqual(new Set(steps[kind]));
    expect(new Set(vectors.map(({ name }) => name)).size).toBe(vectors.length);
  });

  it('is frozen: the same keys and contents still make the same bytes', () => {
    expect(JSON.parse(JSON.stringify(generated()[kind]))).toEqual(vectors);
  });
});
