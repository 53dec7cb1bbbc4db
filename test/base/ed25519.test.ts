/** Both implementations accept exactly the same signatures: the ones of `ed25519-rule.ts`. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { ed25519 } from '@noble/curves/ed25519.js';
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
  readonly tests: readonly {
    readonly tcId: number;
    readonly comment: string;
    readonly msg: string;
    readonly sig: string;
    readonly result: 'valid' | 'invalid';
  }[];
}

const vectors = corpus('crypto/wycheproof/ed25519_test.json');

describe.skipIf(!vectors)('Ed25519, Wycheproof', () => {
  const groups = vectors
    ? (JSON.parse(readFileSync(vectors, 'utf8')) as { testGroups: Group[]; numberOfTests: number })
    : { testGroups: [], numberOfTests: 0 };

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
    const flips = (bytes: Uint8Array): Uint8Array[] =>
      Array.from({ length: bytes.length * 8 }, (_, bit) => bytes.with(bit >> 3, bytes[bit >> 3]! ^ (1 << (bit & 7))));
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
  const smallOrder = [
    1n,
    P - 1n,
    0n,
    numberOf(fromHex('26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05')),
    numberOf(fromHex('c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a')),
  ]
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

  // Signatures made by hand, with a point of small order added to the key (T·i) or to R (T·j): whoever holds the secret can make them.
  const T = ed25519.Point.fromHex('26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05');
  const times = (i: number) => (i === 0 ? ed25519.Point.ZERO : T.multiply(BigInt(i)));
  const a = numberOf(seed) % L;
  const challenge = (r: Uint8Array, publicKey: Uint8Array, of: Uint8Array): bigint =>
    numberOf(Uint8Array.from(createHash('sha512').update(r).update(publicKey).update(of).digest())) % L;

  it('takes such signatures only where the equation holds without the cofactor', () => {
    const nonce = 987_654_321_987_654_321n;
    const A = ed25519.Point.BASE.multiply(a);
    let accepted = 0;
    for (let i = 0; i < 8; i++) {
      for (let j = 0; j < 8; j++) {
        for (let m = 0; m < 3; m++) {
          const of = utf8(`message ${m}`);
          const mixedKey = A.add(times(i)).toBytes();
          const r = ed25519.Point.BASE.multiply(nonce).add(times(j)).toBytes();
          const h = challenge(r, mixedKey, of);
          const holds = (BigInt(j) + h * BigInt(i)) % 8n === 0n;
          expect(verdict(mixedKey, of, join(r, littleEndian((nonce + h * a) % L))), `${i} ${j} ${m}`).toBe(holds);
          if (holds) accepted++;
        }
      }
    }
    expect(accepted).toBeGreaterThan(5);
    expect(accepted).toBeLessThan(60);
  });

  it('refuses R of small order although the equation holds', () => {
    const publicKey = ed25519.Point.BASE.multiply(a).toBytes();
    const identity = littleEndian(1n);
    const forged = join(identity, littleEndian((challenge(identity, publicKey, message) * a) % L));
    expect(ed25519.verify(forged, message, publicKey, { zip215: false })).toBe(true);
    expect(verdict(publicKey, message, forged)).toBe(false);
  });
});
