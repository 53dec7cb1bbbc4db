/** Both implementations accept exactly the same signatures: the ones of `ed25519-rule.ts`. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex, utf8 } from '../../src/base/bytes.ts';
import * as node from '../../src/base/ed25519.node.ts';
import * as web from '../../src/base/ed25519.web.ts';
import { corpus } from '../support/corpora.ts';

const L = 2n ** 252n + 27742317777372353535851937790883648493n;
const P = 2n ** 255n - 19n;

const littleEndian = (value: bigint): Uint8Array => {
  const bytes = new Uint8Array(32);
  for (let i = 0, rest = value; i < 32; i++, rest >>= 8n) bytes[i] = Number(rest & 0xffn);
  return bytes;
};
const numberOf = (bytes: Uint8Array): bigint => bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
const withSign = (bytes: Uint8Array): Uint8Array => bytes.with(31, bytes[31]! | 0x80);
const join = (a: Uint8Array, b: Uint8Array): Uint8Array => Uint8Array.from([...a, ...b]);

/** What both say; the test fails where they differ. */
function verdict(key: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  const answers = [node.ed25519Verify(key, message, signature), web.ed25519Verify(key, message, signature)];
  expect(answers[1], `key ${toHex(key)} signature ${toHex(signature)}`).toBe(answers[0]);
  return answers[0]!;
}

interface Group {
  readonly publicKey: { readonly pk: string };
  readonly tests: readonly { readonly tcId: number; readonly comment: string; readonly msg: string; readonly sig: string; readonly result: 'valid' | 'invalid' }[];
}

const vectors = corpus('crypto/wycheproof/ed25519_test.json');

describe.skipIf(!vectors)('Ed25519, Wycheproof', () => {
  const groups = vectors ? (JSON.parse(readFileSync(vectors, 'utf8')) as { testGroups: Group[]; numberOfTests: number }) : { testGroups: [], numberOfTests: 0 };

  it('gives the expected answer to every vector', () => {
    let seen = 0;
    for (const { publicKey, tests } of groups.testGroups) {
      for (const { tcId, comment, msg, sig, result } of tests) {
        expect(verdict(fromHex(publicKey.pk), fromHex(msg), fromHex(sig)), `${tcId} ${comment}`).toBe(result === 'valid');
        seen++;
      }
    }
    expect(seen).toBe(groups.numberOfTests);
    expect(seen).toBeGreaterThan(100);
  });
});

describe('Ed25519', () => {
  const seed = Uint8Array.from({ length: 32 }, (_, i) => i + 1);
  const key = node.ed25519PublicKey(seed);
  const message = utf8('a message');
  const signature = node.ed25519Sign(seed, message);

  it('makes the same keys and signatures in Node and in the browser', () => {
    for (let i = 0; i < 32; i++) {
      const other = seed.with(i, 200);
      expect(toHex(web.ed25519PublicKey(other))).toBe(toHex(node.ed25519PublicKey(other)));
      expect(toHex(web.ed25519Sign(other, message))).toBe(toHex(node.ed25519Sign(other, message)));
    }
    expect(verdict(key, message, signature)).toBe(true);
  });

  it('refuses every single changed bit of key, message and signature', () => {
    const flips = (bytes: Uint8Array): Uint8Array[] => Array.from({ length: bytes.length * 8 }, (_, bit) => bytes.with(bit >> 3, bytes[bit >> 3]! ^ (1 << (bit & 7))));
    for (const other of flips(signature)) expect(verdict(key, message, other)).toBe(false);
    for (const other of flips(key)) expect(verdict(other, message, signature)).toBe(false);
    for (const other of flips(message)) expect(verdict(key, other, signature)).toBe(false);
  });

  it('refuses S + L, although the group equation holds for it', () => {
    const s = numberOf(signature.slice(32));
    expect(verdict(key, message, join(signature.slice(0, 32), littleEndian(s + L)))).toBe(false);
    expect(verdict(key, message, join(signature.slice(0, 32), littleEndian(L)))).toBe(false);
  });

  // The eight points of small order in every encoding, canonical or not: y, y + p where it fits, with and without the sign bit.
  const smallOrder = [1n, P - 1n, 0n, numberOf(fromHex('26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05')), numberOf(fromHex('c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a'))]
    .flatMap((y) => (y + P < 2n ** 255n ? [y, y + P] : [y]))
    .flatMap((y) => [littleEndian(y), withSign(littleEndian(y))]);

  it('refuses points of small order as key and as R, also where the equation holds', () => {
    expect(smallOrder.length).toBe(14);
    const zero = new Uint8Array(32);
    for (const point of smallOrder) {
      // With a key of small order and S = 0, R = −h·A is of small order too: one of these pairs satisfies the equation for many messages.
      for (const r of smallOrder) for (let i = 0; i < 4; i++) expect(verdict(point, utf8(`message ${i}`), join(r, zero))).toBe(false);
      expect(verdict(point, message, signature)).toBe(false);
      expect(verdict(key, message, join(point, signature.slice(32)))).toBe(false);
    }
  });

  it('refuses encodings of y ≥ p and signs on x = 0', () => {
    for (let extra = 0n; extra < 19n; extra++) {
      for (const point of [littleEndian(P + extra), withSign(littleEndian(P + extra))]) {
        expect(verdict(point, message, signature)).toBe(false);
        expect(verdict(key, message, join(point, signature.slice(32)))).toBe(false);
      }
    }
  });

  it('answers wrong lengths and points off the curve with false', () => {
    for (const length of [0, 31, 33, 64]) expect(verdict(new Uint8Array(length), message, signature)).toBe(false);
    for (const length of [0, 63, 65]) expect(verdict(key, message, new Uint8Array(length))).toBe(false);
    for (let y = 2; y < 40; y++) expect(verdict(littleEndian(BigInt(y)), message, signature)).toBe(false);
  });

  it('gives the same answer for keys with a component of small order', () => {
    // A + T for the point T of order 2 is (−x, −y): the cofactorless rule refuses signatures that only hold after multiplying by 8.
    for (let i = 0; i < 64; i++) {
      const k = node.ed25519PublicKey(seed.with(0, i));
      const y = numberOf(k.with(31, k[31]! & 0x7f));
      const shifted = littleEndian(P - y);
      const mixed = (k[31]! & 0x80) === 0 ? withSign(shifted) : shifted;
      expect(verdict(mixed, message, node.ed25519Sign(seed.with(0, i), message))).toBe(false);
    }
  });
});
