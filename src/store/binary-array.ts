/**
 * PostgreSQL arrays in their binary form (`array_send`): the driver would write them as text, and the server read them back,
 * thousands of 64-bit words and byte strings per statement.
 */

const HEADER_BYTES = 20;

export const INT8 = { oid: 20, bytes: 8 } as const;
export const INT4 = { oid: 23, bytes: 4 } as const;
export const INT2 = { oid: 21, bytes: 2 } as const;
const BOOL_OID = 16;
const BYTEA_OID = 17;

function start(count: number, oid: number, bodyBytes: number): Buffer {
  const buffer = Buffer.allocUnsafe((count === 0 ? 12 : HEADER_BYTES) + bodyBytes);
  buffer.writeInt32BE(count === 0 ? 0 : 1, 0);
  buffer.writeInt32BE(0, 4);
  buffer.writeInt32BE(oid, 8);
  if (count === 0) return buffer;
  buffer.writeInt32BE(count, 12);
  buffer.writeInt32BE(1, 16);
  return buffer;
}

/** From safe integers. */
export function integerArray(values: readonly number[], type: typeof INT8 | typeof INT4 | typeof INT2): Buffer {
  const buffer = start(values.length, type.oid, values.length * (4 + type.bytes));
  let at = HEADER_BYTES;
  for (const value of values) {
    at = buffer.writeInt32BE(type.bytes, at);
    if (type.bytes === 2) at = buffer.writeInt16BE(value, at);
    else if (type.bytes === 4) at = buffer.writeInt32BE(value, at);
    else {
      at = buffer.writeInt32BE(Math.floor(value / 0x1_0000_0000), at);
      at = buffer.writeUInt32BE((value % 0x1_0000_0000) >>> 0, at);
    }
  }
  return buffer;
}

export function booleanArray(values: readonly boolean[]): Buffer {
  const buffer = start(values.length, BOOL_OID, values.length * 5);
  let at = HEADER_BYTES;
  for (const value of values) {
    at = buffer.writeInt32BE(1, at);
    buffer[at++] = value ? 1 : 0;
  }
  return buffer;
}

/** An int8 array from 8-byte big-endian words, given in chunks that hold any number of them. */
export function wordArray(chunks: readonly Uint8Array[]): Buffer {
  let bytes = 0;
  for (const chunk of chunks) bytes += chunk.length;
  const count = bytes / 8;
  const buffer = start(count, INT8.oid, count * 12);
  let at = HEADER_BYTES;
  for (const chunk of chunks) {
    for (let word = 0; word < chunk.length; word += 8) {
      at = buffer.writeInt32BE(8, at);
      buffer.set(chunk.subarray(word, word + 8), at);
      at += 8;
    }
  }
  return buffer;
}

export function bytesArray(values: readonly (Uint8Array | undefined)[]): Buffer {
  let bytes = 0;
  for (const value of values) bytes += 4 + (value?.length ?? 0);
  const buffer = start(values.length, BYTEA_OID, bytes);
  if (values.some((value) => value === undefined)) buffer.writeInt32BE(1, 4);
  let at = HEADER_BYTES;
  for (const value of values) {
    at = buffer.writeInt32BE(value === undefined ? -1 : value.length, at);
    if (value === undefined) continue;
    buffer.set(value, at);
    at += value.length;
  }
  return buffer;
}

/** The words of a chunk as an array literal, for small `int8[]` columns: `{-1,42}`. */
export function wordLiteral(words: Uint8Array): string {
  if (words.length === 0) return '{}';
  const view = new DataView(words.buffer, words.byteOffset, words.byteLength);
  let text = '{';
  for (let at = 0; at < words.length; at += 8) text += `${at === 0 ? '' : ','}${view.getBigInt64(at)}`;
  return `${text}}`;
}

/** Back from such a literal. */
export function literalWords(literal: string): Uint8Array {
  const inner = literal.slice(1, -1);
  if (inner === '') return new Uint8Array(0);
  const values = inner.split(',');
  const words = Buffer.allocUnsafe(values.length * 8);
  values.forEach((value, index) => words.writeBigInt64BE(BigInt(value), index * 8));
  return words;
}
