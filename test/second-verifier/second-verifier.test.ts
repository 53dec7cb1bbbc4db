/** A verifier that was written from the protocol pages, sharing no code with ours, says the same about every vector. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

interface Vector {
  readonly name: string;
  readonly bytes: string;
  readonly expected: { readonly verdict: string };
}

interface SecondVerifier {
  vectorsOf(kind: string): readonly Vector[];
  verdictOf(kind: string, vector: Vector): string;
  signed(key: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean;
}

const file = new URL('second-verifier.mjs', import.meta.url);
const second = (await import(file.href)) as SecondVerifier;

describe('the second verifier', () => {
  it('imports nothing but Node', () => {
    const imports = [...readFileSync(file, 'utf8').matchAll(/from '([^']+)'/g)].map((match) => match[1]!);
    expect(imports.length).toBeGreaterThan(0);
    expect(imports.filter((name) => !name.startsWith('node:'))).toEqual([]);
  });

  it.for(['ledger-receipts', 'state-receipts'])('agrees on %s', (kind) => {
    const vectors = second.vectorsOf(kind);
    for (const vector of vectors) expect(second.verdictOf(kind, vector), vector.name).toBe(vector.expected.verdict);
    expect(new Set(vectors.map(({ expected }) => expected.verdict))).toEqual(new Set(['held', 'failed', 'incomplete']));
  });

  it('agrees on every edge case of Ed25519', () => {
    const cases = JSON.parse(readFileSync(new URL('../vectors/ed25519/edge-cases.json', import.meta.url), 'utf8')) as readonly {
      readonly name: string;
      readonly publicKey: string;
      readonly message: string;
      readonly signature: string;
      readonly accepted: boolean;
    }[];
    const bytes = (hex: string): Uint8Array => Buffer.from(hex, 'hex');
    for (const one of cases) expect(second.signed(bytes(one.publicKey), bytes(one.message), bytes(one.signature)), one.name).toBe(one.accepted);
  });
});
