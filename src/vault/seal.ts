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
  // Domain ‖ suite, kind, two lengths ‖ organisation ‖ subject ‖ key id: all but kind and subject is the same for all entries.
  const head = (domain: string): Buffer => Buffer.concat([utf8(`careledger/${domain}/1`), Uint8Array.of(suite, 0, name.length, 0), name]);
  const heads = { entry: head('entry'), wrap: head('wrap') };
  const associated = (domain: 'entry' | 'wrap', subject: Subject, keyId?: number): Uint8Array => {
    const before = heads[domain];
    const end = before.length + subject.name.length;
    const whole = Buffer.allocUnsafe(end + (keyId === undefined ? 0 : 8));
    before.copy(whole);
    whole[before.length - name.length - 3] = subject.kind;
    whole[before.length - name.length - 1] = subject.name.length;
    whole.set(subject.name, before.length);
    if (keyId !== undefined) whole.set(uint64(keyId), end);
    return whole;
  };
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
      const sealed = aeadSeal(secret.subarray(0, KEY_BYTES), nonce, associated('entry', subject), plaintext);
      const wrapped = sealWithNonce(contentKey.key, associated('wrap', subject, contentKey.id), secret);
      return { sealed: concat(Uint8Array.of(suite), sealed), wrapped: concat(Uint8Array.of(suite), wrapped) };
    },
    open(subject, contentKey, entry) {
      if (entry.sealed[0] !== suite || entry.wrapped[0] !== suite) return undefined;
      const secret = openWithNonce(contentKey.key, associated('wrap', subject, contentKey.id), entry.wrapped.subarray(1));
      if (secret?.length !== 2 * KEY_BYTES) return undefined;
      const plaintext = aeadOpen(secret.subarray(0, KEY_BYTES), nonce, associated('entry', subject), entry.sealed.subarray(1));
      return plaintext && { plaintext, blinder: new Uint8Array(secret.subarray(KEY_BYTES)) };
    },
  };
}
