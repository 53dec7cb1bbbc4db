/**
 * The blind index's keyed hashes. SHA-256 over a fixed-length key and the term, cut to 8 bytes (search words) or 16 (record keys): cut
 * outputs give no hold for extending them. Words are 64 bits: a false match is looked at again where it could matter, and cannot be
 * found on purpose without the key. Hot terms are kept in memory.
 */
import { hash } from 'node:crypto';

const KEPT_TERMS = 20_000;
const TARGET_BYTES = 8;

export class BlindIndex {
  readonly #key: string;
  #kept = new Map<string, Uint8Array>();
  #older = new Map<string, Uint8Array>();

  /** 64 hexadecimal digits: the key of one space. */
  constructor(key: string) {
    if (key.length !== 64) throw new RangeError('an index key is 64 hexadecimal digits');
    this.#key = key;
  }

  token(term: string): Uint8Array {
    return this.#word(`t${term}`);
  }

  compartment(patient: string): Uint8Array {
    return this.#word(`c${patient}`);
  }

  label(code: string): Uint8Array {
    return this.#word(`l${code}`);
  }

  /** The name of a reference parameter. */
  param(name: string): Uint8Array {
    return this.#word(`p${name}`);
  }

  /** 16 bytes: the name of a record. */
  record(type: string, id: string): Uint8Array {
    return this.#digest(`r${type}/${id}`, 16);
  }

  /** What a reference `Type/id` points to: the first word of that record's name. */
  target(reference: string): Uint8Array {
    return this.#word(`r${reference}`);
  }

  #digest(text: string, bytes: number): Uint8Array {
    return hash('sha256', this.#key + text, 'buffer').subarray(0, bytes);
  }

  /** Two generations instead of an exact order: what was not used for a generation is forgotten. */
  #word(text: string): Uint8Array {
    let word = this.#kept.get(text);
    if (word) return word;
    word = this.#older.get(text) ?? Buffer.copyBytesFrom(this.#digest(text, TARGET_BYTES));
    if (this.#kept.size >= KEPT_TERMS / 2) {
      this.#older = this.#kept;
      this.#kept = new Map();
    }
    this.#kept.set(text, word);
    return word;
  }
}
