/** The pieces of a statement under construction: parameters, each value once, and names for the few shapes that recur. */
import { createHash } from 'node:crypto';
import { wordLiteral } from '../../store/binary-array.ts';
import type { Statement } from '../../store/database.ts';

export class Parameters {
  readonly values: unknown[] = [];
  readonly #known = new Map<string, string>();

  #add(value: unknown, type: string): string {
    const name = `${type}:${String(value)}`;
    let place = this.#known.get(name);
    if (place === undefined) {
      this.values.push(value);
      place = `$${this.values.length}::${type}`;
      this.#known.set(name, place);
    }
    return place;
  }

  integer(value: number): string {
    return this.#add(String(value), 'int8');
  }

  small(value: number): string {
    return this.#add(String(value), 'int2');
  }

  smalls(values: readonly number[]): string {
    return this.#add(`{${values.join(',')}}`, 'int2[]');
  }

  /** 8 bytes. */
  word(word: Uint8Array): string {
    return this.#add(wordValue(word).toString(), 'int8');
  }

  /** Any number of words, end to end. */
  words(words: readonly Uint8Array[]): string {
    return this.#add(wordLiteral(Buffer.concat(words)), 'int8[]');
  }
}

export const wordValue = (word: Uint8Array): bigint => new DataView(word.buffer, word.byteOffset, 8).getBigInt64(0);

/** Same text, same name: the server plans it once per session. Parameters that the text does not use (a way in that was not taken) are left out. */
export function named(text: string, parameters: Parameters): Statement {
  const places = new Map<string, number>();
  const numbered = text.replace(/\$(\d+)(?=::)/g, (_, number: string) => {
    if (!places.has(number)) places.set(number, places.size + 1);
    return `$${places.get(number)}`;
  });
  const values = [...places.keys()].map((number) => parameters.values[Number(number) - 1]);
  return { name: `q${createHash('sha1').update(numbered).digest('base64url').slice(0, 20)}`, text: numbered, values };
}
