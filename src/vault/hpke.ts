/**
 * Encryption to an organisation: HPKE base mode (RFC 9180), DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM. `info` names the
 * context (network, grant, record, purpose, …): a message opens only in the context it was made for.
 */
import { Aes256Gcm, CipherSuite, DhkemX25519HkdfSha256, HkdfSha256 } from '@hpke/core';
import { codedError } from '../base/errors.ts';
import { fail, ok, type Result } from '../base/result.ts';
import { vaultErrors } from './errors.ts';

export interface HpkeKeyPair {
  /** 32 bytes. */
  readonly publicKey: Uint8Array;
  readonly privateKey: CryptoKey;
}

export interface HpkeMessage {
  /** The encapsulated key: 32 bytes. */
  readonly enc: Uint8Array;
  readonly ciphertext: Uint8Array;
}

const suite = (): CipherSuite => new CipherSuite({ kem: new DhkemX25519HkdfSha256(), kdf: new HkdfSha256(), aead: new Aes256Gcm() });

// The library wants views over whole ArrayBuffers.
const plain = (bytes: Uint8Array): ArrayBuffer => new Uint8Array(bytes).buffer;

/** DeriveKeyPair of RFC 9180 §7.1.3. */
export async function hpkeKeyPair(seed: Uint8Array): Promise<HpkeKeyPair> {
  const { kem } = suite();
  const pair = await kem.deriveKeyPair(plain(seed));
  return { publicKey: new Uint8Array(await kem.serializePublicKey(pair.publicKey)), privateKey: pair.privateKey };
}

/** `vault.hpke` when the public key is not one. */
export async function hpkeSeal(recipient: Uint8Array, info: Uint8Array, associated: Uint8Array, plaintext: Uint8Array): Promise<Result<HpkeMessage>> {
  try {
    const { kem } = suite();
    const sender = await suite().createSenderContext({ recipientPublicKey: await kem.deserializePublicKey(plain(recipient)), info: plain(info) });
    return ok({ enc: new Uint8Array(sender.enc), ciphertext: new Uint8Array(await sender.seal(plain(plaintext), plain(associated))) });
  } catch (cause) {
    return fail(codedError(vaultErrors, 'vault.hpke', { message: 'The recipient key cannot be used.', data: { cause: (cause as Error).message } }));
  }
}

/** `vault.hpke` when key, context or message do not belong together. */
export async function hpkeOpen(recipient: HpkeKeyPair, info: Uint8Array, associated: Uint8Array, message: HpkeMessage): Promise<Result<Uint8Array>> {
  try {
    const context = await suite().createRecipientContext({ recipientKey: recipient.privateKey, enc: plain(message.enc), info: plain(info) });
    return ok(new Uint8Array(await context.open(plain(message.ciphertext), plain(associated))));
  } catch {
    return fail(codedError(vaultErrors, 'vault.hpke'));
  }
}
