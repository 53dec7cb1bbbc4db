/**
 * Writes the few protobuf messages whose bytes CometBFT hashes or signs (proto3, fields in order of their numbers). There is no reader:
 * nothing is ever decoded from this form.
 */
import { concat, utf8 } from '../../base/bytes.ts';

/** A message in parts, to be joined by `message`; a part without bytes is a field that has its default and is left out. */
type Part = Uint8Array;

const VARINT = 0;
const FIXED64 = 1;
const BYTES = 2;
const NONE: Part = new Uint8Array(0);

export const message = (...parts: readonly Part[]): Uint8Array => concat(...parts);

/** Base-128 varint of a safe integer; a negative one as its 64-bit two's complement. */
export function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  while (rest > 0x7fn) {
    bytes.push(Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  }
  bytes.push(Number(rest));
  return Uint8Array.from(bytes);
}

const tag = (field: number, type: number): Uint8Array => varint(field * 8 + type);

/** `int64`, `uint64`, `uint32`, enumerations. */
export const integer = (field: number, value: number): Part => (value === 0 ? NONE : concat(tag(field, VARINT), varint(value)));

/** `sfixed64`, little-endian. */
export function fixed64(field: number, value: number): Part {
  if (value === 0) return NONE;
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigInt64(0, BigInt(value), true);
  return concat(tag(field, FIXED64), bytes);
}

export const bytesField = (field: number, value: Uint8Array): Part => (value.length === 0 ? NONE : embedded(field, value));

export const textField = (field: number, value: string): Part => bytesField(field, utf8(value));

/** A message inside a message: written also when it is empty, as the reference implementation does with fields that can't be null. */
export const embedded = (field: number, value: Uint8Array): Part => concat(tag(field, BYTES), varint(value.length), value);

/** A message with its length in front: what stands under a signature. */
export const delimited = (value: Uint8Array): Uint8Array => concat(varint(value.length), value);
