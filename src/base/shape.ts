/** Checks on decoded values from outside: nothing is assumed of them but that they came out of a decoder. */

/** A map with exactly these keys, no more, no fewer. */
export function hasExactly<const K extends string>(value: unknown, keys: readonly K[]): value is Readonly<Record<K, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || value instanceof Uint8Array || value instanceof Map) return false;
  const own = Object.keys(value);
  return own.length === keys.length && keys.every((key) => Object.hasOwn(value, key));
}

export const isBytes = (value: unknown, length: number): value is Uint8Array => value instanceof Uint8Array && value.length === length;

export const isBytesUpTo = (value: unknown, limit: number): value is Uint8Array => value instanceof Uint8Array && value.length <= limit;

/** An integer from 0 to `limit` (default: the largest safe integer). */
export const isUint = (value: unknown, limit: number = Number.MAX_SAFE_INTEGER): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value <= limit;
