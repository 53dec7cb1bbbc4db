/** The few forms of DER (X.690) that a certificate needs. */
import { concat } from '../base/bytes.ts';

function element(tag: number, content: Uint8Array): Uint8Array {
  const { length } = content;
  if (length < 0x80) return concat(Uint8Array.of(tag, length), content);
  if (length < 0x100) return concat(Uint8Array.of(tag, 0x81, length), content);
  if (length >= 0x10000) throw new RangeError('too long for a certificate');
  return concat(Uint8Array.of(tag, 0x82, length >> 8, length & 0xff), content);
}

export const sequence = (...parts: readonly Uint8Array[]): Uint8Array => element(0x30, concat(...parts));
export const set = (...parts: readonly Uint8Array[]): Uint8Array => element(0x31, concat(...parts));
export const octets = (bytes: Uint8Array): Uint8Array => element(0x04, bytes);
export const bits = (bytes: Uint8Array, unused = 0): Uint8Array => element(0x03, concat(Uint8Array.of(unused), bytes));
export const boolean = (value: boolean): Uint8Array => element(0x01, Uint8Array.of(value ? 0xff : 0));
export const text = (value: string): Uint8Array => element(0x0c, new TextEncoder().encode(value));
/** Explicit, constructed context tag. */
export const explicit = (tag: number, content: Uint8Array): Uint8Array => element(0xa0 | tag, content);
/** Implicit, primitive context tag. */
export const implicit = (tag: number, content: Uint8Array): Uint8Array => element(0x80 | tag, content);

/** A non-negative integer from big-endian bytes. */
export function integer(bytes: Uint8Array): Uint8Array {
  let start = 0;
  while (start < bytes.length - 1 && bytes[start] === 0) start++;
  const shortest = bytes.subarray(start);
  return element(0x02, shortest[0]! >= 0x80 ? concat(Uint8Array.of(0), shortest) : shortest);
}

/** An object identifier in dotted form. */
export function oid(dotted: string): Uint8Array {
  const [first, second, ...rest] = dotted.split('.').map(Number) as [number, number, ...number[]];
  const content = [first * 40 + second];
  for (const arc of rest) {
    const groups = [arc & 0x7f];
    for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128)) groups.unshift((left & 0x7f) | 0x80);
    content.push(...groups);
  }
  return element(0x06, Uint8Array.from(content));
}

/** UTCTime until 2049, GeneralizedTime after (RFC 5280 §4.1.2.5); milliseconds since 1970, cut to seconds. */
export function time(milliseconds: number): Uint8Array {
  const digits = `${new Date(milliseconds).toISOString().slice(0, 19).replaceAll(/[-:T]/g, '')}Z`;
  const short = Number(digits.slice(0, 4)) < 2050;
  return element(short ? 0x17 : 0x18, new TextEncoder().encode(short ? digits.slice(2) : digits));
}
