/**
 * Signature checks for engines: they are the cost of a ledger. The members are few and sign much, so whoever has signed often is known by a
 * table (`engine/curve`), which checks a signature in less than half the time; the checks of one turn of the event loop are done together, for
 * that costs less again. All other keys are checked on the thread pool. The rule is the core's.
 *
 * Only the platform's own arithmetic says no: should the tables ever err, an honest signature is still taken.
 */
import { createPublicKey, verify, type KeyObject } from 'node:crypto';
import { acceptableEncoding } from '../../base/ed25519-rule.ts';
import { knownKeys, type KnownKey, type SignedBy } from '../curve/known-keys.ts';

export type VerifySignature = (publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array) => Promise<boolean>;

export interface VerifierOptions {
  /** Checks of a key on the thread pool before it gets a table; by default about what a table costs. */
  readonly learnAfter?: number;
  /** Keys with a table, 303 kB each. */
  readonly knownKeys?: number;
}

const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');
const KEPT_KEYS = 1024;
const LEARN_AFTER = 64;
const KNOWN_KEYS = 32;
/** Some 6 ms: nothing else happens meanwhile. */
const CHECKS_A_TURN = 256;

interface Signer {
  readonly key: KeyObject;
  checks: number;
  known: KnownKey | undefined;
}

interface Check extends SignedBy {
  readonly signer: Signer;
  readonly resolve: (isValid: boolean | Promise<boolean>) => void;
}

export function signatureVerifier({ learnAfter = LEARN_AFTER, knownKeys: limit = KNOWN_KEYS }: VerifierOptions = {}): VerifySignature {
  const signers = new Map<string, Signer>();
  /** Those with a table, the one that was used longest ago first. */
  const learned = new Set<Signer>();
  let tables: ReturnType<typeof knownKeys> | undefined;
  const waiting: Check[] = [];

  return (publicKey, message, signature) => {
    if (!acceptableEncoding(publicKey, signature)) return Promise.resolve(false);
    try {
      const signer = signerOf(publicKey);
      if (!signer.known && ++signer.checks === learnAfter) learn(signer, publicKey);
      const { known: key } = signer;
      if (!key) return onThreadPool(signer.key, message, signature);
      return new Promise((resolve) => {
        if (waiting.length === 0) setImmediate(checkWaiting);
        waiting.push({ signer, key, message, signature, resolve });
      });
    } catch {
      return Promise.resolve(false);
    }
  };

  function signerOf(publicKey: Uint8Array): Signer {
    const name = Buffer.from(publicKey.buffer, publicKey.byteOffset, publicKey.length).toString('latin1');
    let signer = signers.get(name);
    if (!signer) {
      const key = createPublicKey({ key: Buffer.concat([SPKI_PREFIX, publicKey]), format: 'der', type: 'spki' });
      signer = { key, checks: 0, known: undefined };
      if (signers.size >= KEPT_KEYS) forgetOldest();
      signers.set(name, signer);
    }
    return signer;
  }

  function forgetOldest(): void {
    for (const [name, signer] of signers) {
      if (signer.known) continue;
      signers.delete(name);
      return;
    }
  }

  /** In the place of the key that was used longest ago, when there is no other. */
  function learn(signer: Signer, publicKey: Uint8Array): void {
    tables ??= knownKeys(limit);
    const oldest = learned.size >= limit ? learned.values().next().value! : undefined;
    // What waits for the table that goes is checked by it first.
    while (oldest && waiting.length > 0) checkWaiting();
    signer.known = tables.learn(Uint8Array.from(publicKey), oldest?.known);
    if (!signer.known) return;
    learned.add(signer);
    if (!oldest) return;
    learned.delete(oldest);
    oldest.known = undefined;
    oldest.checks = 0;
  }

  function checkWaiting(): void {
    const batch = waiting.splice(0, CHECKS_A_TURN);
    if (batch.length === 0) return;
    if (waiting.length > 0) setImmediate(checkWaiting);
    const results = tables!.check(batch);
    for (const [i, { signer, message, signature, resolve }] of batch.entries()) {
      resolve(results[i]! || onThreadPool(signer.key, message, signature));
      if (!learned.delete(signer)) continue;
      learned.add(signer);
    }
  }
}

function onThreadPool(key: KeyObject, message: Uint8Array, signature: Uint8Array): Promise<boolean> {
  return new Promise((resolve) => verify(null, message, key, signature, (error, isValid) => resolve(!error && isValid)));
}
