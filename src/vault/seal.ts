/**
 * How an entry is sealed. Every entry has a data key of its own, used once; it and the entry's blinder are wrapped together by a
 * content key:
 *
 *   sealed  = suite ‖ AES-256-GCM(data key, nonce 0, associated data, plaintext) ‖ tag
 *   wrapped = suite ‖ nonce ‖ AES-256-GCM(content key, nonce, associated data ‖ key id, data key ‖ blinder) ‖ tag
 *
 * The associated data names suite, organisation, kind and subject (keyed id and version of a record): what was sealed as one thing
 * does not open as another. The position in the log is not part of it: it is known only when the entry is written.
 */
import { randomFillSync } from 'node:crypto';
import { concat, uint64, utf8 } from '../base/bytes.ts';
import { NONCE_BYTES, aeadOpen, aeadSeal, openWithNonce, sealWithNonce } from './aead.ts';

/** AES-256-GCM as above. */
const SUITE_GCM = 1;
/** Nothing sealed: only the control of the canary test may construct a sealer like this. */
const SUITE_OFF = 0;

const KEY_BYTES = 32;
const ZERO_NONCE = Object.freeze(Array.from({ length: NONCE_BYTES }, () => 0));

export interface ContentKey {
  readonly id: number;
  /** 32 bytes. */
  readonly key: Uint8Array;
}

export interface Subject {
  readonly kind: number;
  /** Keyed id and version of a record; empty for events. */
  readonly name: Uint8Array;
}

export interface SealedEntry {
  readonly wrapped: Uint8Array;
  readonly sealed: Uint8Array;
}

export interface OpenedEntry {
  readonly plaintext: Uint8Array;
  /** 32 bytes. */
  readonly blinder: Uint8Array;
}

export interface Sealer {
  seal(subject: Subject, contentKey: ContentKey, blinder: Uint8Array, plaintext: Uint8Array): SealedEntry;
  /** Undefined when anything was altered. */
  open(subject: Subject, contentKey: ContentKey, entry: SealedEntry): OpenedEntry | undefined;
}

/** 32 fresh random bytes. */
export const freshBlinder = (): Uint8Array => randomFillSync(Buffer.allocUnsafe(KEY_BYTES));

export function createSealer(organisation: string, sealing: 'on' | 'off' = 'on'): Sealer {
  const name = utf8(organisation);
  const nonce = Uint8Array.from(ZERO_NONCE);
  const suite = sealing === 'on' ? SUITE_GCM : SUITE_OFF;
  const associated = (domain: string, subject: Subject, more: Uint8Array): Uint8Array => {
    const head = utf8(`careledger/${domain}/1`);
    return concat(head, Uint8Array.of(suite, subject.kind, name.length, subject.name.length), name, subject.name, more);
  };
  const nothing = new Uint8Array(0);
  if (sealing === 'off') {
    return {
      seal: (_, __, blinder, plaintext) => ({ wrapped: concat(Uint8Array.of(suite), blinder), sealed: concat(Uint8Array.of(suite), plaintext) }),
      open: (_, __, entry) => (entry.sealed[0] === suite ? { plaintext: entry.sealed.subarray(1), blinder: entry.wrapped.subarray(1) } : undefined),
    };
  }
  return {
    seal(subject, contentKey, blinder, plaintext) {
      const secret = randomFillSync(Buffer.allocUnsafe(2 * KEY_BYTES));
      secret.set(blinder, KEY_BYTES);
      const sealed = aeadSeal(secret.subarray(0, KEY_BYTES), nonce, associated('entry', subject, nothing), plaintext);
      const wrapped = sealWithNonce(contentKey.key, associated('wrap', subject, uint64(contentKey.id)), secret);
      return { sealed: concat(Uint8Array.of(suite), sealed), wrapped: concat(Uint8Array.of(suite), wrapped) };
    },
    open(subject, contentKey, entry) {
      if (entry.sealed[0] !== suite || entry.wrapped[0] !== suite) return undefined;
      const secret = openWithNonce(contentKey.key, associated('wrap', subject, uint64(contentKey.id)), entry.wrapped.subarray(1));
      if (secret?.length !== 2 * KEY_BYTES) return undefined;
      const plaintext = aeadOpen(secret.subarray(0, KEY_BYTES), nonce, associated('entry', subject, nothing), entry.sealed.subarray(1));
      return plaintext && { plaintext, blinder: new Uint8Array(secret.subarray(KEY_BYTES)) };
    },
  };
}
