/** The one rule of signatures, on everything that checks them: Node's, the browser's and the engines' off the main thread. */
import { readFileSync } from 'node:fs';
import { ed25519 } from '@noble/curves/ed25519.js';
import { describe, expect, it } from 'vitest';
import { fromHex, utf8 } from '../../src/base/bytes.ts';
import * as node from '../../src/base/ed25519.node.ts';
import * as web from '../../src/base/ed25519.web.ts';
import { signatureVerifier } from '../../src/engine/disk/signatures.ts';
import { corpus } from '../support/corpora.ts';
import { edgeCases } from '../vectors/ed25519/cases.ts';
import { equationOf } from '../vectors/ed25519/curve.ts';
import { caseVectors, smallOrderVectors, type SignatureVector } from '../vectors/ed25519/generate.ts';

const read = (name: string): readonly SignatureVector[] =>
  JSON.parse(readFileSync(new URL(`../vectors/ed25519/${name}`, import.meta.url), 'utf8')) as readonly SignatureVector[];

const files = { 'edge-cases.json': caseVectors, 'small-order.json': smallOrderVectors };
const all = Object.keys(files).flatMap(read);
const partsOf = ({ publicKey, message, signature }: SignatureVector) => [fromHex(publicKey), fromHex(message), fromHex(signature)] as const;

const offThread = signatureVerifier();
/** Every key gets a table at once, and gives its place to another soon. */
const byTables = signatureVerifier({ learnAfter: 1, knownKeys: 2 });
const variants = { Node: node.ed25519Verify, browser: web.ed25519Verify, 'off the main thread': offThread, 'by tables': byTables } as const;

describe('Ed25519 vectors', () => {
  it.for(Object.entries(files))('%s is what the curve gives', ([name, generate]) => {
    expect(read(name)).toEqual(generate());
  });

  it('have both answers for every way in which the equation holds, and all that libraries differ on', () => {
    const count = (equation: string, accepted: boolean): number =>
      all.filter((vector) => vector.equation === equation && vector.accepted === accepted).length;
    expect([count('exact', true), count('exact', false), count('cofactored', false), count('none', false)].every((many) => many > 20)).toBe(true);
    expect(count('cofactored', true) + count('none', true)).toBe(0);
    // Others say yes to what is refused here: ZIP 215 to 276 of them, OpenSSL 3.0 (Node.js 20) to 33 and OpenSSL 3.5 (Node.js 26) to none.
    const zip215 = all.filter(
      (vector) => !vector.accepted && ed25519.verify(fromHex(vector.signature), fromHex(vector.message), fromHex(vector.publicKey), { zip215: true }),
    );
    expect(zip215.length).toBeGreaterThan(200);
  });

  for (const [variant, verifySignature] of Object.entries(variants))
    it(`are answered as they say: ${variant}`, async () => {
      for (const vector of all) expect(await verifySignature(...partsOf(vector)), vector.name).toBe(vector.accepted);
    });

  it('are answered so for other messages too', async () => {
    for (const { name, publicKey, sign, equation, accepted } of edgeCases())
      for (const message of ['careledger/tx/1', 'another']) {
        const parts = [publicKey, utf8(message), sign(utf8(message))] as const;
        if (equation !== undefined) expect(equationOf(...parts), name).toBe(equation);
        for (const [variant, verifySignature] of Object.entries(variants))
          expect(await verifySignature(...parts), `${variant}: ${name}`).toBe(accepted);
      }
  });

  it('are answered with no for keys and signatures of other lengths', async () => {
    const [publicKey, message, signature] = partsOf(all.find((vector) => vector.accepted)!);
    for (const verifySignature of Object.values(variants)) {
      expect(await verifySignature(publicKey, message, signature)).toBe(true);
      for (const length of [0, 31, 33, 64]) expect(await verifySignature(new Uint8Array(length), message, signature)).toBe(false);
      for (const length of [0, 32, 63]) expect(await verifySignature(publicKey, message, signature.subarray(0, length))).toBe(false);
      expect(await verifySignature(publicKey, message, Uint8Array.from([...signature, 0]))).toBe(false);
    }
  });
});

const wycheproof = corpus('crypto/wycheproof/ed25519_test.json');

describe.skipIf(!wycheproof)('Ed25519, Wycheproof, in engines', () => {
  it('gives the expected answer to every vector', async () => {
    const { testGroups, numberOfTests } = JSON.parse(readFileSync(wycheproof!, 'utf8')) as {
      numberOfTests: number;
      testGroups: { publicKey: { pk: string }; tests: { msg: string; sig: string; result: string; comment: string }[] }[];
    };
    let seen = 0;
    for (const { publicKey, tests } of testGroups)
      for (const { msg, sig, result, comment } of tests) {
        for (const verifySignature of [offThread, byTables])
          expect(await verifySignature(fromHex(publicKey.pk), fromHex(msg), fromHex(sig)), comment).toBe(result === 'valid');
        seen++;
      }
    expect(seen).toBe(numberOfTests);
  });
});
