/**
 * Checks signatures of keys that sign much. S·B − h·A is looked up and added, from tables of the multiples of B and of −A: less than half of what
 * it costs without, where every check doubles 250 times. It is public data only, so nothing here needs to take the same time always.
 *
 * The equation is that of `base/ed25519-rule.ts`; what the rule says of encodings is the caller's to look at first.
 */
import { hash } from 'node:crypto';
import { L } from '../../base/ed25519-rule.ts';
import { makeCurve, MAX_INVERTED } from './curve.ts';
import { FIELD_BYTES } from './field-code.ts';
import { BASE, decodePoint } from './numbers.ts';
import { SUM_BYTES } from './point-code.ts';
import { DIGITS_BYTES, ROWS, TABLE_BYTES, tables, writeDigits } from './table.ts';

declare const known: unique symbol;

/** A key with a table. */
export interface KnownKey {
  readonly [known]: true;
}

export interface SignedBy {
  readonly key: KnownKey;
  readonly message: Uint8Array;
  /** 64 bytes. */
  readonly signature: Uint8Array;
}

export interface KnownKeys {
  /** Makes the table of a key, in some 2 ms; undefined: it is no point of the curve. Takes the place of `instead`, which is of no use then. */
  learn(publicKey: Uint8Array, instead?: KnownKey): KnownKey | undefined;
  /** Whether R = S·B − h·A, of each. */
  check(batch: readonly SignedBy[]): boolean[];
}

interface Table extends KnownKey {
  readonly publicKey: Uint8Array;
  readonly at: number;
}

/** `limit`: keys that are known at the same time; 303 kB each. */
export function knownKeys(limit: number): KnownKeys {
  const curve = makeCurve((limit + 1) * TABLE_BYTES + 131_072);
  const { fill, addProduct } = tables(curve);
  const sums = curve.reserve(MAX_INVERTED * SUM_BYTES);
  const digitsAt = curve.reserve(DIGITS_BYTES);
  const ofBase = curve.reserve(TABLE_BYTES);
  fill(ofBase, BASE);
  const encoded = new Uint8Array(32);

  function addNumber(sum: number, bytes: Uint8Array, table: number): void {
    writeDigits(new Int16Array(curve.memory(), digitsAt, ROWS), bytes);
    addProduct(sum, digitsAt, table);
  }

  function checkSome(batch: readonly SignedBy[]): boolean[] {
    for (const [i, { key, message, signature }] of batch.entries()) {
      const { publicKey, at } = key as Table;
      const sum = sums + i * SUM_BYTES;
      curve.clear(sum);
      addNumber(sum, signature.subarray(32), ofBase);
      addNumber(sum, challenge(signature.subarray(0, 32), publicKey, message), at);
    }
    curve.invert(sums + 2 * FIELD_BYTES, SUM_BYTES, batch.length);
    return batch.map(({ signature }, i) => {
      const [x, y, z] = [0, 1, 2].map((part) => sums + i * SUM_BYTES + part * FIELD_BYTES) as [number, number, number];
      curve.multiply(x, x, z);
      curve.multiply(y, y, z);
      curve.encode(encoded, x);
      const sign = encoded[0]! & 1;
      curve.encode(encoded, y);
      encoded[31]! |= sign << 7;
      return encoded.every((byte, at) => byte === signature[at]);
    });
  }

  return {
    learn(publicKey, instead) {
      const point = decodePoint(publicKey);
      if (!point) return undefined;
      const at = instead ? (instead as Table).at : curve.reserve(TABLE_BYTES);
      fill(at, { x: -point.x, y: point.y });
      return { publicKey, at } as Table;
    },
    check(batch) {
      const results: boolean[] = [];
      for (let first = 0; first < batch.length; first += MAX_INVERTED) results.push(...checkSome(batch.slice(first, first + MAX_INVERTED)));
      return results;
    },
  };
}

/** h = SHA-512(R ‖ A ‖ M) mod L, 32 bytes, little-endian. */
function challenge(r: Uint8Array, publicKey: Uint8Array, message: Uint8Array): Uint8Array {
  const digest = hash('sha512', Buffer.concat([r, publicKey, message]), 'buffer');
  const reduced = BigInt(`0x${digest.reverse().toString('hex')}`) % L;
  return Buffer.from(reduced.toString(16).padStart(64, '0'), 'hex').reverse();
}
