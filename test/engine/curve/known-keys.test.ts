/** The equation of the one rule, looked up in tables: against the vectors of the rule, and against the platform's own answers. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { fromHex, utf8 } from '../../../src/base/bytes.ts';
import { acceptableEncoding, L, littleEndian } from '../../../src/base/ed25519-rule.ts';
import { ed25519PublicKey, ed25519Sign, ed25519Verify } from '../../../src/base/ed25519.node.ts';
import { knownKeys } from '../../../src/engine/curve/known-keys.ts';
import { writeDigits, ROWS } from '../../../src/engine/curve/table.ts';
import type { SignatureVector } from '../../vectors/ed25519/generate.ts';

const keys = knownKeys(4);
const seed = (byte: number): Uint8Array => new Uint8Array(32).fill(byte);

it('gives the answer of every vector whose encodings are acceptable, to points of mixed order too', () => {
  const vectors = ['edge-cases.json', 'small-order.json'].flatMap(
    (name) => JSON.parse(readFileSync(new URL(`../../vectors/ed25519/${name}`, import.meta.url), 'utf8')) as readonly SignatureVector[],
  );
  let place = keys.learn(ed25519PublicKey(seed(1)))!;
  const looked = { accepted: 0, refused: 0, offCurve: 0 };
  for (const { name, accepted, ...hex } of vectors) {
    const [publicKey, message, signature] = [fromHex(hex.publicKey), fromHex(hex.message), fromHex(hex.signature)];
    if (!acceptableEncoding(publicKey, signature)) continue;
    const key = keys.learn(publicKey, place);
    if (key) {
      place = key;
      expect(keys.check([{ key, message, signature }]), name).toEqual([accepted]);
      looked[accepted ? 'accepted' : 'refused']++;
    } else {
      expect(accepted, name).toBe(false);
      looked.offCurve++;
    }
  }
  expect(looked.accepted).toBeGreaterThan(20);
  expect(looked.refused).toBeGreaterThan(20);
  expect(looked.offCurve).toBeGreaterThan(0);
});

it('agrees with the platform on signatures of several keys in one batch, and on every way to change one', () => {
  const fresh = knownKeys(3);
  const signers = [11, 12, 13].map((byte) => {
    const publicKey = ed25519PublicKey(seed(byte));
    return { seed: seed(byte), publicKey, key: fresh.learn(publicKey)! };
  });
  const batch = Array.from({ length: 600 }, (_, i) => {
    const signer = signers[i % 3]!;
    const message = utf8(`message ${i}`);
    const signature = ed25519Sign(signer.seed, message);
    // Two of three are changed: in R, in S, or in what was signed.
    if (i % 9 === 1) signature[i % 32]! ^= 1 << (i % 8);
    if (i % 9 === 4) signature[32 + (i % 31)]! ^= 1 << (i % 8);
    if (i % 9 === 7) message[i % message.length]! ^= 1;
    return {
      publicKey: signers[i % 9 === 2 ? (i + 1) % 3 : i % 3]!.publicKey,
      key: signers[i % 9 === 2 ? (i + 1) % 3 : i % 3]!.key,
      message,
      signature,
    };
  });
  const expected = batch.map(({ publicKey, message, signature }) => ed25519Verify(publicKey, message, signature));
  expect(fresh.check(batch)).toEqual(expected);
  expect(expected.filter(Boolean).length).toBeGreaterThan(300);
  expect(fresh.check([])).toEqual([]);
});

it('writes a number as digits that stand for it', () => {
  for (const number of [
    0n,
    1n,
    63n,
    64n,
    127n,
    128n,
    L - 1n,
    2n ** 252n,
    2n ** 253n - 1n,
    littleEndian(seed(0x40)) % L,
    littleEndian(seed(0x3f)) % L,
  ]) {
    const digits = new Int16Array(ROWS);
    writeDigits(
      digits,
      Uint8Array.from({ length: 32 }, (_, i) => Number((number >> BigInt(8 * i)) & 255n)),
    );
    expect(digits.reduce((sum, digit, row) => sum + (BigInt(digit) << BigInt(7 * row)), 0n)).toBe(number);
    expect(digits.every((digit) => digit >= -64 && digit <= 63)).toBe(true);
  }
});

it('has no table for what is no point', () => {
  // y = 2 is on no point of the curve.
  expect(keys.learn(Uint8Array.from({ length: 32 }, (_, i) => (i === 0 ? 2 : 0)))).toBeUndefined();
});
