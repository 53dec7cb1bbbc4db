/** Signature checks on the thread pool: they are the cost of a ledger, and the main thread has blocks to make. The rule is the core's. */
import { createPublicKey, verify, type KeyObject } from 'node:crypto';
import { acceptableEncoding } from '../../base/ed25519-rule.ts';

export type VerifySignature = (publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array) => Promise<boolean>;

const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');
const KEPT_KEYS = 1024;

export function signatureVerifier(): VerifySignature {
  const keys = new Map<string, KeyObject>();

  function keyObject(publicKey: Uint8Array): KeyObject {
    const name = Buffer.from(publicKey).toString('latin1');
    let key = keys.get(name);
    if (!key) {
      key = createPublicKey({ key: Buffer.concat([SPKI_PREFIX, publicKey]), format: 'der', type: 'spki' });
      if (keys.size >= KEPT_KEYS) keys.delete(keys.keys().next().value!);
      keys.set(name, key);
    }
    return key;
  }

  return (publicKey, message, signature) => {
    if (!acceptableEncoding(publicKey, signature)) return Promise.resolve(false);
    return new Promise((resolve) => {
      try {
        verify(null, message, keyObject(publicKey), signature, (error, valid) => resolve(!error && valid));
      } catch {
        resolve(false);
      }
    });
  };
}
