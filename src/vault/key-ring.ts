/**
 * Content keys and log keys: one per patient and purpose (and one of the organisation's own for what is about nobody), random, wrapped
 * by a key derived from the root. Destroying the row of a content key erases everything sealed under it; log keys have a life of
 * their own. Unwrapped keys are kept in memory, bounded.
 */
import { createHmac, randomBytes } from 'node:crypto';
import { concat, toHex, utf8 } from '../base/bytes.ts';
import { codedError } from '../base/errors.ts';
import { fail, ok, type Result } from '../base/result.ts';
import { openWithNonce, sealWithNonce } from './aead.ts';
import { vaultErrors } from './errors.ts';
import type { OrganisationKeys } from './organisation-keys.ts';
import type { ContentKey } from './seal.ts';

/** Numbers are stored. */
export const keyPurposes = { content: 1, log: 2 } as const;
export type KeyPurpose = keyof typeof keyPurposes;

export interface KeyRow {
  readonly id: number;
  /** 16 bytes: keyed hash of purpose and patient. */
  readonly tag: Uint8Array;
  readonly purpose: number;
  readonly wrapped: Uint8Array;
  /** Milliseconds since 1970 of its destruction. */
  readonly destroyed: number | undefined;
}

/** Where wrapped keys are kept. */
export interface KeyStore {
  byTag(tag: Uint8Array): Promise<KeyRow | undefined>;
  byId(id: number): Promise<KeyRow | undefined>;
  /** Durable when it resolves; the row that is stored under the tag, be it this or an earlier one. */
  insert(row: { readonly tag: Uint8Array; readonly purpose: number; wrap(id: number): Uint8Array }): Promise<KeyRow>;
}

const KEPT_KEYS = 10_000;

export class KeyRing {
  readonly #keys: OrganisationKeys;
  readonly #store: KeyStore;
  readonly #byTag = new Map<string, ContentKey>();
  readonly #byId = new Map<number, ContentKey>();
  readonly #pending = new Map<string, Promise<Result<ContentKey>>>();

  constructor(keys: OrganisationKeys, store: KeyStore) {
    this.#keys = keys;
    this.#store = store;
  }

  /** The tag under which the key of a patient (undefined: the organisation's own) is stored. */
  tag(purpose: KeyPurpose, patient: string | undefined): Uint8Array {
    const subject = patient === undefined ? '\u0000' : `\u0001${patient}`;
    return createHmac('sha256', this.#keys.keyTagKey).update(`${keyPurposes[purpose]}${subject}`).digest().subarray(0, 16);
  }

  /** The key to seal with; made, durably, when there is none yet. */
  forSealing(purpose: KeyPurpose, patient: string | undefined): Promise<Result<ContentKey>> {
    const tag = this.tag(purpose, patient);
    const name = toHex(tag);
    const kept = this.#byTag.get(name);
    if (kept) return Promise.resolve(ok(kept));
    let pending = this.#pending.get(name);
    if (!pending) {
      pending = this.#findOrMake(name, tag, purpose).finally(() => this.#pending.delete(name));
      this.#pending.set(name, pending);
    }
    return pending;
  }

  async #findOrMake(name: string, tag: Uint8Array, purpose: KeyPurpose): Promise<Result<ContentKey>> {
    const key = randomBytes(32);
    const wrap = (id: number): Uint8Array => sealWithNonce(this.#kek(keyPurposes[purpose]), this.#associated(id, keyPurposes[purpose], tag), key);
    const row = (await this.#store.byTag(tag)) ?? (await this.#store.insert({ tag, purpose: keyPurposes[purpose], wrap }));
    const opened = this.unwrap(row);
    if (opened.ok) this.#keep(this.#byTag, name, opened.value);
    return opened;
  }

  /** The key of an entry. `vault.key-missing`, `vault.key-destroyed`. */
  async byId(id: number): Promise<Result<ContentKey>> {
    const kept = this.#byId.get(id);
    if (kept) return ok(kept);
    const row = await this.#store.byId(id);
    if (!row) return fail(codedError(vaultErrors, 'vault.key-missing', { data: { key: id } }));
    const opened = this.unwrap(row);
    if (opened.ok) this.#keep(this.#byId, id, opened.value);
    return opened;
  }

  /** Kept keys are answered without a promise: the way of most reads. */
  kept(id: number): ContentKey | undefined {
    return this.#byId.get(id);
  }

  unwrap(row: KeyRow): Result<ContentKey> {
    if (row.destroyed !== undefined) return fail(codedError(vaultErrors, 'vault.key-destroyed', { data: { key: row.id } }));
    const key = openWithNonce(this.#kek(row.purpose), this.#associated(row.id, row.purpose, row.tag), row.wrapped);
    return key?.length === 32 ? ok({ id: row.id, key }) : fail(codedError(vaultErrors, 'vault.key-missing', { data: { key: row.id } }));
  }

  /** Forgets what is in memory, so that the next use looks at the stored rows again. */
  forget(): void {
    this.#byTag.clear();
    this.#byId.clear();
  }

  #kek(purpose: number): Uint8Array {
    return purpose === keyPurposes.log ? this.#keys.logKek : this.#keys.contentKek;
  }

  #associated(id: number, purpose: number, tag: Uint8Array): Uint8Array {
    return concat(utf8(`careledger/content-key/1/${this.#keys.organisation}/${purpose}/${id}/`), tag);
  }

  #keep<K>(map: Map<K, ContentKey>, name: K, key: ContentKey): void {
    if (map.size >= KEPT_KEYS) map.delete(map.keys().next().value!);
    map.set(name, key);
  }
}
