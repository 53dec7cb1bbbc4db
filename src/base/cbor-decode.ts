/**
 * Reads deterministic CBOR (RFC 8949 §4.2.1) in one pass and refuses every other form while reading: decoding is on the path of every
 * transaction, and encoding again to compare costs more than reading.
 */
import { Tagged } from './cbor-tag.ts';

/** What is wrong with the bytes: not CBOR of the model at all, or another form of something that has a deterministic one. */
export class CborRefusal extends Error {
  readonly kind: 'malformed' | 'not-deterministic';

  constructor(kind: CborRefusal['kind'], why: string) {
    super(why);
    this.kind = kind;
  }
}

const malformed = (why: string): CborRefusal => new CborRefusal('malformed', why);
const otherForm = (why: string): CborRefusal => new CborRefusal('not-deterministic', why);

/** The only tag of the formats: COSE_Sign1 (RFC 9052 §2). */
const COSE_SIGN1 = 18;

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * The value of exactly these bytes. Maps become objects, or with `maps` `Map`s (then keys may be integers). Byte strings are copies, or with
 * `views` share the input's memory. Throws a `CborRefusal`.
 */
export function decodeDeterministic(bytes: Uint8Array, maxDepth: number, maps: boolean, views: boolean): unknown {
  const input = new Input(bytes, maps, views);
  const value = input.item(maxDepth);
  input.end();
  return value;
}

class Input {
  private at = 0;
  private readonly bytes: Uint8Array;
  private readonly maps: boolean;
  private readonly views: boolean;

  constructor(bytes: Uint8Array, maps: boolean, views: boolean) {
    // Views of a `Buffer` would be `Buffer`s, a trap where a `Uint8Array` is promised.
    this.bytes = views ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength) : bytes;
    this.maps = maps;
    this.views = views;
  }

  end(): void {
    if (this.at !== this.bytes.length) throw malformed('there are bytes after the end');
  }

  /** `depth`: levels of containers that may still begin here. */
  item(depth: number): unknown {
    const first = this.bytes[this.at];
    if (first === undefined) throw malformed('the bytes end too early');
    const major = first >> 5;
    if (major === 7) return this.simple(first);
    const argument = this.argument(first);
    switch (major) {
      case 0:
        return argument;
      case 1:
        if (argument === Number.MAX_SAFE_INTEGER) throw malformed('an integer is out of range');
        return -1 - argument;
      case 2:
        return this.byteString(argument);
      case 3:
        return this.text(argument);
    }
    if (depth === 0) throw malformed('the nesting is too deep');
    switch (major) {
      case 4:
        return this.list(argument, depth - 1);
      case 5:
        return this.maps ? this.map(argument, depth - 1) : this.object(argument, depth - 1);
      default:
        if (argument !== COSE_SIGN1) throw malformed(`tag ${argument} is none of the formats`);
        return new Tagged(argument, this.item(depth - 1));
    }
  }

  private simple(first: number): unknown {
    this.at++;
    if (first === 0xf6) return null;
    if (first === 0xf5) return true;
    if (first === 0xf4) return false;
    throw malformed('a simple value or a float is none of the formats');
  }

  /** Of an item's head, in its shortest form. */
  private argument(first: number): number {
    const low = first & 31;
    this.at++;
    if (low < 24) return low;
    if (low > 27) throw malformed(low === 31 ? 'an item has no definite length' : 'the head of an item is reserved');
    const width = 1 << (low - 24);
    const from = this.at;
    const to = this.skip(width);
    let value = 0;
    for (let i = from; i < to; i++) value = value * 256 + this.bytes[i]!;
    if (value > Number.MAX_SAFE_INTEGER) throw malformed('an integer is out of range');
    if (value < (width === 1 ? 24 : width === 2 ? 0x100 : width === 4 ? 0x10000 : 0x100000000))
      throw otherForm('a number is not in its shortest form');
    return value;
  }

  /** Moves on by a number of bytes; returns the place after them. */
  private skip(length: number): number {
    if (length > this.bytes.length - this.at) throw malformed('the bytes end too early');
    return (this.at += length);
  }

  private byteString(length: number): Uint8Array {
    const from = this.at;
    const to = this.skip(length);
    if (this.views) return this.bytes.subarray(from, to);
    // Not `slice`: a `Buffer`'s shares memory.
    const copy = new Uint8Array(length);
    if (length > 64) copy.set(this.bytes.subarray(from, to));
    else for (let i = 0; i < length; i++) copy[i] = this.bytes[from + i]!;
    return copy;
  }

  private text(length: number): string {
    const from = this.at;
    const to = this.skip(length);
    if (length < 64) {
      let ascii = '';
      for (let i = from; i < to && this.bytes[i]! < 0x80; i++) ascii += String.fromCharCode(this.bytes[i]!);
      if (ascii.length === length) return ascii;
    }
    let value: string;
    try {
      value = decoder.decode(this.bytes.subarray(from, to));
    } catch {
      throw malformed('a text is not UTF-8');
    }
    // A byte order mark does not survive other decoders.
    if (value.charCodeAt(0) === 0xfeff) throw malformed('a text begins with a byte order mark');
    return value;
  }

  private list(length: number, depth: number): readonly unknown[] {
    // Every element has at least one byte: no memory for lengths that are only claimed.
    if (length > this.bytes.length - this.at) throw malformed('the bytes end too early');
    const items: unknown[] = [];
    for (let i = 0; i < length; i++) items.push(this.item(depth));
    return items;
  }

  private object(length: number, depth: number): Readonly<Record<string, unknown>> {
    const value: Record<string, unknown> = {};
    let before = -1;
    let beforeEnd = -1;
    for (let i = 0; i < length; i++) {
      const from = this.at;
      const key = this.item(0);
      if (typeof key !== 'string') throw malformed('the key of a map is none of the formats');
      if (before >= 0) this.requireOrder(before, beforeEnd, from);
      before = from;
      beforeEnd = this.at;
      const item = this.item(depth);
      // Assigning to this one name would change what the object is.
      if (key === '__proto__') Object.defineProperty(value, key, { value: item, enumerable: true, configurable: true, writable: true });
      else value[key] = item;
    }
    return value;
  }

  private map(length: number, depth: number): ReadonlyMap<string | number, unknown> {
    const value = new Map<string | number, unknown>();
    let before = -1;
    let beforeEnd = -1;
    for (let i = 0; i < length; i++) {
      const from = this.at;
      const key = this.item(0);
      if (typeof key !== 'string' && typeof key !== 'number') throw malformed('the key of a map is none of the formats');
      if (before >= 0) this.requireOrder(before, beforeEnd, from);
      before = from;
      beforeEnd = this.at;
      value.set(key, this.item(depth));
    }
    return value;
  }

  /** Whether the key at [from, this.at) comes after the one at [before, beforeEnd), by the bytes of their encodings. */
  private requireOrder(before: number, beforeEnd: number, from: number): void {
    const { bytes } = this;
    let a = before;
    let b = from;
    while (a < beforeEnd && b < this.at && bytes[a] === bytes[b]) {
      a++;
      b++;
    }
    if (a === beforeEnd && b === this.at) throw malformed('a key occurs twice in a map');
    if (a === beforeEnd || (b < this.at && bytes[a]! < bytes[b]!)) return;
    throw otherForm('the keys of a map are not sorted');
  }
}
