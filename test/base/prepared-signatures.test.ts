/** The browser's own cryptography stands in for ours only where it keeps the same rule. */
import { readFileSync } from 'node:fs';
import { webcrypto } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { fromHex } from '../../src/base/bytes.ts';
import { ed25519PublicKey, ed25519Sign, ed25519Verify } from '../../src/base/ed25519.web.ts';
import { platformChecker, withPreparedSignatures, type Checker } from '../../src/base/prepared-signatures.ts';

const edgeCases = JSON.parse(readFileSync(new URL('../vectors/ed25519/edge-cases.json', import.meta.url), 'utf8')) as readonly {
  readonly name: string;
  readonly publicKey: string;
  readonly message: string;
  readonly signature: string;
  readonly accepted: boolean;
}[];
const subtle = webcrypto.subtle as SubtleCrypto;
const seed = new Uint8Array(32).fill(7);
const key = ed25519PublicKey(seed);
const message = Uint8Array.of(1, 2, 3);
const signature = ed25519Sign(seed, message);
const wrong = signature.with(40, signature[40]! ^ 1);

describe('signatures checked by the platform', () => {
  it('are accepted and refused by the one rule, on every edge case', async () => {
    const platform = await platformChecker(subtle);
    expect(platform).toBeDefined();
    for (const one of edgeCases) {
      const holds = await withPreparedSignatures(platform, () => ed25519Verify(fromHex(one.publicKey), fromHex(one.message), fromHex(one.signature)));
      expect(holds, one.name).toBe(one.accepted);
    }
  });

  it('are not waited for where none is looked at: what needs none runs once', async () => {
    let runs = 0;
    expect(
      await withPreparedSignatures(
        async () => true,
        () => ++runs,
      ),
    ).toBe(1);
    expect(runs).toBe(1);
  });

  it('are asked for once each, also those behind one that does not hold', async () => {
    const asked: string[] = [];
    const check: Checker = async ({ signature: given }) => {
      asked.push(given === wrong ? 'wrong' : 'right');
      return given !== wrong;
    };
    const run = () => [ed25519Verify(key, message, wrong), ed25519Verify(key, message, signature)];
    expect(await withPreparedSignatures(check, run)).toEqual([false, true]);
    expect(asked).toEqual(['wrong', 'right']);
  });

  it('are computed where the platform has no answer', async () => {
    const none: Checker = async () => undefined;
    expect(await withPreparedSignatures(none, () => [ed25519Verify(key, message, signature), ed25519Verify(key, message, wrong)])).toEqual([
      true,
      false,
    ]);
    expect(await withPreparedSignatures(undefined, () => ed25519Verify(key, message, wrong))).toBe(false);
  });

  it('leave nothing behind, also when the run throws', async () => {
    const lies: Checker = async () => true;
    await expect(
      withPreparedSignatures(lies, () => {
        ed25519Verify(key, message, wrong);
        throw new Error('stopped');
      }),
    ).rejects.toThrow('stopped');
    expect(ed25519Verify(key, message, wrong)).toBe(false);
  });

  it('are not left to a platform with another rule, or without Ed25519', async () => {
    expect(await platformChecker(undefined)).toBeUndefined();
    const cofactored = { importKey: async () => ({}), verify: async () => true } as unknown as SubtleCrypto;
    expect(await platformChecker(cofactored)).toBeUndefined();
    const without = { importKey: () => Promise.reject(new Error('NotSupportedError')) } as unknown as SubtleCrypto;
    expect(await platformChecker(without)).toBeUndefined();
  });
});
