/**
 * Small numbers for the names of types and spaces, so that rows stay short and names (whose copies are kept here) stay sealed. The few
 * names of a database are all in memory.
 */
import { createHmac } from 'node:crypto';
import { fromUtf8, toHex, utf8 } from '../base/bytes.ts';
import type { Database } from '../store/database.ts';
import { openWithNonce, sealWithNonce } from '../vault/aead.ts';

export const nameKinds = { type: 1, space: 2 } as const;
export type NameKind = keyof typeof nameKinds;

export interface DictionaryRow {
  readonly id: number;
  readonly kind: number;
  readonly tag: Uint8Array;
  readonly sealed: Uint8Array;
}

const associated = (id: number, kind: number): Uint8Array => utf8(`careledger/name/1/${kind}/${id}`);

export class Dictionary {
  readonly #database: Database;
  readonly #key: Uint8Array;
  readonly #numbers = new Map<string, number>();
  readonly #names = new Map<number, string>();
  #next = 1;
  #adding: Promise<unknown> = Promise.resolve();

  constructor(database: Database, key: Uint8Array) {
    this.#database = database;
    this.#key = key;
  }

  /** Names that do not open are left out: verification reports them. */
  async load(): Promise<void> {
    const rows = await this.#database.query({ text: 'select id, kind, tag, sealed from dictionary', values: [] });
    for (const [id, kind, tag, sealed] of rows) {
      const row = { id: id as number, kind: kind as number, tag: tag as Uint8Array, sealed: sealed as Uint8Array };
      this.#next = Math.max(this.#next, row.id + 1);
      const name = this.open(row);
      if (name !== undefined) this.#remember(row.kind, name, row.id);
    }
  }

  /** The name of a row whose every column is as it was written; undefined otherwise. */
  open(row: DictionaryRow): string | undefined {
    const opened = openWithNonce(this.#key, associated(row.id, row.kind), row.sealed);
    if (!opened) return undefined;
    const name = fromUtf8(opened);
    return toHex(this.#tag(row.kind, name)) === toHex(row.tag) ? name : undefined;
  }

  #tag(kind: number, name: string): Uint8Array {
    return createHmac('sha256', this.#key).update(`${kind}${name}`).digest().subarray(0, 16);
  }

  #remember(kind: number, name: string, id: number): void {
    this.#numbers.set(`${kind}${name}`, id);
    this.#names.set(id, name);
  }

  /** Undefined: nothing of that name was ever written. */
  number(kind: NameKind, name: string): number | undefined {
    return this.#numbers.get(`${nameKinds[kind]}${name}`);
  }

  name(id: number): string | undefined {
    return this.#names.get(id);
  }

  /** The number to write with; durable when it resolves. */
  numberFor(kind: NameKind, name: string): number | Promise<number> {
    const known = this.number(kind, name);
    if (known !== undefined) return known;
    const adding = this.#adding.then(() => this.#add(kind, name));
    this.#adding = adding.catch(() => undefined);
    return adding;
  }

  /** Writes a row anew from what is in memory. */
  async rewrite(id: number): Promise<void> {
    const name = this.#names.get(id);
    const kind = name === undefined ? undefined : Object.values(nameKinds).find((number) => this.#numbers.get(`${number}${name}`) === id);
    if (name === undefined || kind === undefined) return;
    await this.#database.query({
      text: 'insert into dictionary (id, kind, tag, sealed) values ($1, $2, $3, $4) on conflict (id) do update set kind = excluded.kind, tag = excluded.tag, sealed = excluded.sealed',
      values: [id, kind, this.#tag(kind, name), sealWithNonce(this.#key, associated(id, kind), utf8(name))],
    });
  }

  async #add(kind: NameKind, name: string): Promise<number> {
    const known = this.number(kind, name);
    if (known !== undefined) return known;
    if (this.#next > 32_000) throw new Error('the dictionary is full');
    const id = this.#next;
    const number = nameKinds[kind];
    await this.#database.query({
      text: 'insert into dictionary (id, kind, tag, sealed) values ($1, $2, $3, $4)',
      values: [id, number, this.#tag(number, name), sealWithNonce(this.#key, associated(id, number), utf8(name))],
    });
    this.#next = id + 1;
    this.#remember(number, name, id);
    return id;
  }
}
