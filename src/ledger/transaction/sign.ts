/** Making a transaction. The salt is handed in: this layer draws no random bytes. */
import { ed25519PublicKey, ed25519Sign } from '#ed25519';
import type { Operation } from '../operations.ts';
import { encodeBody, encodeTransaction, signingInput } from './transaction.ts';

export interface Unsigned {
  readonly chainId: string;
  /** Last height at which it may be in a block; at most `MAX_LIFETIME_BLOCKS` after the head. */
  readonly expiryHeight: number;
  /** 8 fresh random bytes. */
  readonly salt: Uint8Array;
  readonly operations: readonly Operation[];
}

/** The signed bytes, ready to submit; `seed` is the sender's 32-byte Ed25519 seed (RFC 8032 §5.1.5). */
export const signTransaction = (unsigned: Unsigned, seed: Uint8Array): Uint8Array =>
  signTransactionWith(unsigned, ed25519PublicKey(seed), (message) => ed25519Sign(seed, message));

/** The same where the key is not at hand but a signer is (a key store). `sign` is given the exact message. */
export function signTransactionWith(unsigned: Unsigned, sender: Uint8Array, sign: (message: Uint8Array) => Uint8Array): Uint8Array {
  const { chainId, expiryHeight, salt, operations } = unsigned;
  const body = encodeBody({ chainId, sender, expiryHeight, salt, operations });
  return encodeTransaction(body, sign(signingInput(body)), operations);
}
