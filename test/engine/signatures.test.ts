/** Signature checks of engines: which way a check takes makes no difference to its answer. The rule itself is tested in `test/base`. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { fromHex, utf8 } from '../../src/base/bytes.ts';
import { ed25519PublicKey, ed25519Sign } from '../../src/base/ed25519.node.ts';
import { signatureVerifier } from '../../src/engine/disk/signatures.ts';

it('answers right for more keys than it has tables, all asked about at once, good and bad', async () => {
  const verify = signatureVerifier({ learnAfter: 2, knownKeys: 2 });
  const signers = Array.from({ length: 5 }, (_, i) => {
    const seed = new Uint8Array(32).fill(i + 1);
    return { seed, publicKey: ed25519PublicKey(seed) };
  });
  // In runs of one key, and one key after the other: tables are used, and taken from a key whose checks still wait.
  const asked = Array.from({ length: 800 }, (_, i) => {
    const { seed, publicKey } = signers[(i < 400 ? Math.floor(i / 7) : i) % signers.length]!;
    const message = utf8(`message ${i}`);
    const signature = ed25519Sign(seed, message);
    if (i % 3 === 0) signature[i % 64]! ^= 0x08;
    return { publicKey, message, signature, isGood: i % 3 !== 0 };
  });
  const answers = await Promise.all(asked.map(({ publicKey, message, signature }) => verify(publicKey, message, signature)));
  expect(answers).toEqual(asked.map(({ isGood }) => isGood));
});

it('keeps the rule of the core for keys and signatures at its edges, before a key has a table and after', async () => {
  const vectors = ['edge-cases.json', 'small-order.json'].flatMap(
    (file) =>
      JSON.parse(readFileSync(new URL(`../vectors/ed25519/${file}`, import.meta.url), 'utf8')) as readonly {
        readonly name: string;
        readonly publicKey: string;
        readonly message: string;
        readonly signature: string;
        readonly accepted: boolean;
      }[],
  );
  const verify = signatureVerifier({ learnAfter: 2 });
  for (const { name, publicKey, message, signature, accepted } of vectors)
    for (let times = 0; times < 3; times++) expect(await verify(fromHex(publicKey), fromHex(message), fromHex(signature)), name).toBe(accepted);
});
