import { createPrivateKey, createPublicKey, sign, verify, type KeyObject } from 'node:crypto';
import { acceptableEncoding } from './ed25519-rule.ts';

const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');

// Importing a key costs as much as a signature: the few keys of a network are kept, bounded.
const KEPT_KEYS = 1024;
const publicKeys = new Map<string, KeyObject>();

function publicKeyObject(publicKey: Uint8Array): KeyObject {
  const name = Buffer.from(publicKey).toString('latin1');
  let key = publicKeys.get(name);
  if (!key) {
    key = createPublicKey({ key: Buffer.concat([SPKI_PREFIX, publicKey]), format: 'der', type: 'spki' });
    if (publicKeys.size >= KEPT_KEYS) publicKeys.delete(publicKeys.keys().next().value!);
    publicKeys.set(name, key);
  }
  return key;
}

const privateKeyObject = (seed: Uint8Array): KeyObject =>
  createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, seed]), format: 'der', type: 'pkcs8' });

/** Public key (32 bytes) of a 32-byte seed (RFC 8032 §5.1.5). */
export function ed25519PublicKey(seed: Uint8Array): Uint8Array {
  const spki = createPublicKey(privateKeyObject(seed)).export({ format: 'der', type: 'spki' });
  return new Uint8Array(spki.subarray(SPKI_PREFIX.length));
}

/** Ed25519 signature (64 bytes, RFC 8032 §5.1.6) with a 32-byte seed. */
export const ed25519Sign = (seed: Uint8Array, message: Uint8Array): Uint8Array => new Uint8Array(sign(null, message, privateKeyObject(seed)));

/** Verification under the one strict rule of `ed25519-rule.ts`. Never throws: a malformed key or signature is `false`. */
export function ed25519Verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  if (!acceptableEncoding(publicKey, signature)) return false;
  try {
    return verify(null, message, publicKeyObject(publicKey), signature);
  } catch {
    return false;
  }
}
