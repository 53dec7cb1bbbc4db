/** Writes deterministic CBOR (RFC 8949 §4.2.1) in one pass. Encoding is on the path of every hash and signature, so it is kept direct. */
import { Arena } from './arena.ts';
import { compareBytes } from './bytes.ts';
import { Tagged } from './cbor-tag.ts';

const UNSIGNED = 0x00;
const NEGATIVE = 0x20;
const BYTES = 0x40;
const TEXT = 0x60;
const LIST = 0x80;
const MAP = 0xa0;
const TAG = 0xc0;

const text = new TextEncoder();

/** Throws a `TypeError` on a value that the formats don't have, and on nesting deeper than `maxDepth`. */
export function encodeDeterministic(value: unknown, maxDepth: number): Uint8Array {
  const from = out.begin();
  try {
    write(out, value, maxDepth);
    return out.bytes(from);
  } finally {
    out.end(from);
  }
}

/** The one buffer that everything is written into; what comes out of it is a copy. More than this is given back after use. */
const KEPT_BYTES = 1_048_576;
/** Names of fields, as they are written: the formats have some hundred. */
const KEPT_KEYS = 512;
const MAX_KEPT_KEY = 64;

class Output {
  private buffer = new Uint8Array(1024);
  private readonly results = new Arena(8_192);
  private readonly keys = new Map<string, Uint8Array>();
  private length = 0;

  /** An encoding may begin within another one, whose bytes stay before it. */
  begin(): number {
    return this.length;
  }

  bytes(from: number): Uint8Array {
    const result = this.results.take(this.length - from);
    result.set(this.buffer.subarray(from, this.length));
    return result;
  }

  end(from: number): void {
    this.length = from;
    if (this.buffer.length > KEPT_BYTES) this.buffer = this.buffer.slice(0, Math.max(KEPT_BYTES, from));
  }

  byte(value: number): void {
    this.reserve(1);
    this.buffer[this.length++] = value;
  }

  append(bytes: Uint8Array): void {
    this.reserve(bytes.length);
    this.buffer.set(bytes, this.length);
    this.length += bytes.length;
  }

  /** The head of an item: its major type and the shortest form of its argument. */
  head(major: number, argument: number): void {
    this.reserve(9);
    if (argument < 24) this.buffer[this.length++] = major | argument;
    else if (argument < 0x100) this.wide(major | 24, argument, 1);
    else if (argument < 0x10000) this.wide(major | 25, argument, 2);
    else if (argument < 0x100000000) this.wide(major | 26, argument, 4);
    else this.wide(major | 27, argument, 8);
  }

  /** Text of any script; the common case, ASCII, without another copy. */
  string(value: string): void {
    const start = this.length;
    this.head(TEXT, value.length);
    this.reserve(value.length);
    for (let i = 0; i < value.length; i++) {
      const unit = value.charCodeAt(i);
      if (unit > 0x7f) {
        this.length = start;
        const bytes = text.encode(value);
        this.head(TEXT, bytes.length);
        this.append(bytes);
        return;
      }
      this.buffer[this.length++] = unit;
    }
  }

  /** An ASCII text that is written often. */
  key(value: string): void {
    const known = this.keys.get(value);
    if (known) return this.append(known);
    const start = this.length;
    this.string(value);
    if (this.keys.size < KEPT_KEYS && value.length <= MAX_KEPT_KEY) this.keys.set(value, this.buffer.slice(start, this.length));
  }

  private wide(first: number, argument: number, width: number): void {
    this.buffer[this.length] = first;
    let rest = argument;
    for (let at = this.length + width; at > this.length; at--) {
      this.buffer[at] = rest % 256;
      rest = Math.floor(rest / 256);
    }
    this.length += 1 + width;
  }

  private reserve(more: number): void {
    if (this.length + more <= this.buffer.length) return;
    const larger = new Uint8Array(Math.max(2 * this.buffer.length, this.length + more));
    larger.set(this.buffer.subarray(0, this.length));
    this.buffer = larger;
  }
}

const out = new Output();

function write(out: Output, value: unknown, depth: number): void {
  if (typeof value === 'string') return writeText(out, value);
  if (value instanceof Uint8Array) {
    out.head(BYTES, value.length);
    return out.append(value);
  }
  if (typeof value === 'number') return writeInteger(out, value);
  if (value === null) return out.byte(0xf6);
  if (typeof value === 'boolean') return out.byte(value ? 0xf5 : 0xf4);
  if (depth === 0 || typeof value !== 'object') throw notOfTheModel();
  if (Array.isArray(value)) {
    out.head(LIST, value.length);
    for (const item of value) write(out, item, depth - 1);
  } else if (value instanceof Tagged) {
    out.head(TAG, value.tag);
    write(out, value.value, depth - 1);
  } else if (value instanceof Map) writeMap(out, value, depth);
  else writeObject(out, value as Readonly<Record<string, unknown>>, depth);
}

function writeText(out: Output, value: string): void {
  // A lone surrogate or a leading byte order mark would not survive decoding.
  if (!value.isWellFormed() || value.charCodeAt(0) === 0xfeff) throw notOfTheModel();
  out.string(value);
}

function writeInteger(out: Output, value: number): void {
  if (!Number.isSafeInteger(value)) throw notOfTheModel();
  if (value >= 0) out.head(UNSIGNED, value);
  else out.head(NEGATIVE, -1 - value);
}

/** Keys are text. Where all are ASCII their encodings sort by length, then by character. */
function writeObject(out: Output, value: Readonly<Record<string, unknown>>, depth: number): void {
  const keys = Object.keys(value);
  if (!keys.every(isAscii)) return writeMap(out, new Map(Object.entries(value)), depth);
  if (keys.length > 16) keys.sort((a, b) => (isBefore(a, b) ? -1 : 1));
  // A few keys, and often in order already: this is less than calling a sort.
  else
    for (let i = 1; i < keys.length; i++)
      for (let j = i; j > 0 && isBefore(keys[j]!, keys[j - 1]!); j--) [keys[j - 1], keys[j]] = [keys[j]!, keys[j - 1]!];
  out.head(MAP, keys.length);
  for (const key of keys) {
    out.key(key);
    write(out, value[key], depth - 1);
  }
}

function writeMap(out: Output, value: ReadonlyMap<unknown, unknown>, depth: number): void {
  const entries = Array.from(value, ([key, item]) => {
    if (typeof key !== 'string' && !Number.isSafeInteger(key)) throw notOfTheModel();
    return { key: encodeDeterministic(key, 0), item };
  });
  entries.sort((a, b) => compareBytes(a.key, b.key));
  out.head(MAP, entries.length);
  for (const { key, item } of entries) {
    out.append(key);
    write(out, item, depth - 1);
  }
}

const isBefore = (a: string, b: string): boolean => (a.length === b.length ? a < b : a.length < b.length);

function isAscii(key: string): boolean {
  for (let i = 0; i < key.length; i++) if (key.charCodeAt(i) > 0x7f) return false;
  return true;
}

const notOfTheModel = (): TypeError => new TypeError('not a value of the CBOR model');
