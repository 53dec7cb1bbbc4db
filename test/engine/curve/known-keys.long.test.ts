/** The tables' answers beside the platform's: many keys, signatures as they are and changed in every part, each key in the place of an earlier one. */
import { createPublicKey, verify } from 'node:crypto';
import { expect, it } from 'vitest';
import { acceptableEncoding } from '../../../src/base/ed25519-rule.ts';
import { ed25519PublicKey, ed25519Sign } from '../../../src/base/ed25519.node.ts';
import { knownKeys, type KnownKey } from '../../../src/engine/curve/known-keys.ts';
import { randomOf } from '../../support/random.ts';

const KEYS = 100;
const SIGNATURES = 2_000;
const PLACES = 8;
const SEED = Number(process.env['CARELEDGER_SEED'] ?? 20_261_123);

it(`gives the platform's answer to ${KEYS * SIGNATURES} signatures`, { timeout: 600_000 }, () => {
  const { bytes, below } = randomOf(SEED);
  const tables = knownKeys(PLACES);
  const places: KnownKey[] = [];
  const seen = { valid: 0, invalid: 0 };
  for (let i = 0; i < KEYS; i++) {
    const seed = bytes(32);
    const publicKey = ed25519PublicKey(seed);
    const spki = createPublicKey({ key: Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), publicKey]), format: 'der', type: 'spki' });
    const key = tables.learn(publicKey, places[i % PLACES])!;
    places[i % PLACES] = key;
    const batch = Array.from({ length: SIGNATURES }, (_, j) => {
      const message = bytes(1 + below(300));
      const signature = ed25519Sign(seed, message);
      if (j % 5 === 1) signature[below(64)]! ^= 1 << below(8);
      if (j % 5 === 2) signature.fill(below(2) * 255, below(32), 32);
      if (j % 5 === 3) message[below(message.length)]! ^= 1 << below(8);
      return { key, message, signature };
    }).filter(({ signature }) => acceptableEncoding(publicKey, signature));
    const answers = tables.check(batch);
    for (const [j, { message, signature }] of batch.entries()) {
      const valid = verify(null, message, spki, signature);
      if (answers[j] !== valid) throw new Error(`seed ${SEED}, key ${i}, signature ${j}: ${answers[j]} where the platform says ${valid}`);
      seen[valid ? 'valid' : 'invalid']++;
    }
  }
  expect(seen.valid).toBeGreaterThan((KEYS * SIGNATURES) / 3);
  expect(seen.invalid).toBeGreaterThan((KEYS * SIGNATURES) / 3);
});
