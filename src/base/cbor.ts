/**
 * Deterministic CBOR (RFC 8949 §4.2.1): the one encoding of everything that is hashed or signed. Decoding accepts exactly what
 * encoding would have produced: any other form of the same value is refused, so that one value has one hash.
 */
import { decode, Tagged } from 'cborg';
import { compareBytes } from './bytes.ts';
import { encodeDeterministic } from './cbor-encode.ts';
import { defineErrors, codedError } from './errors.ts';
import { fail, ok, type Result } from './result.ts';

const cborErrors = defineErrors({
  'cbor.malformed': { status: 400, issue: 'structure', message: 'The bytes are not CBOR.', hint: 'Send deterministic CBOR (RFC 8949 §4.2.1).' },
  'cbor.not-deterministic': {
    status: 400,
    issue: 'structure',
    message: 'The CBOR is not in deterministic form.',
    hint: 'Encode with shortest lengths, sorted map keys and no indefinite lengths (RFC 8949 §4.2.1).',
  },
});

/** Values of the model: no floats, no undefined, no bignums beyond safe integers. */
export type Cbor =
  | null
  | boolean
  | number
  | string
  | Uint8Array
  | readonly Cbor[]
  | ReadonlyMap<number | string, Cbor>
  | { readonly [key: string]: Cbor }
  | Tagged;

export const tagged = (tag: number, value: Cbor): Tagged => new Tagged(tag, value);
export { Tagged };

/** The only tag of the formats: COSE_Sign1 (RFC 9052 §2). */
const tags = Tagged.preserve(18);

/** Throws a `TypeError` on what the type cannot rule out: fractions and unsafe integers, undefined members, text that is not Unicode. */
export function encodeCbor(value: Cbor): Uint8Array {
  return encodeDeterministic(value, MAX_DEPTH);
}

/** Deeper than any format here; keeps hostile nesting from exhausting the stack. */
const MAX_DEPTH = 32;

export interface DecodeOptions {
  /** Maps as `Map` (COSE headers have integer keys); otherwise objects with string keys. */
  readonly maps?: boolean;
}

/** `cbor.malformed` or `cbor.not-deterministic`; never throws. Byte strings of the result don't share memory with the input. */
export function decodeCbor(bytes: Uint8Array, options: DecodeOptions = {}): Result<unknown> {
  try {
    const value: unknown = decode(bytes, {
      useMaps: options.maps === true,
      rejectDuplicateMapKeys: true,
      allowIndefinite: false,
      allowUndefined: false,
      allowNaN: false,
      allowInfinity: false,
      allowBigInt: false,
      strict: true,
      tags,
    });
    if (!ofTheModel(value, MAX_DEPTH))
      return fail(codedError(cborErrors, 'cbor.malformed', { message: 'The bytes hold CBOR values that no format here uses.' }));
    if (compareBytes(encodeDeterministic(value, MAX_DEPTH), bytes) !== 0) return fail(codedError(cborErrors, 'cbor.not-deterministic'));
    return ok(value);
  } catch (cause) {
    return fail(codedError(cborErrors, 'cbor.malformed', { message: `The bytes are not CBOR: ${(cause as Error).message}` }));
  }
}

/** Whether a decoded value is of the type `Cbor`, nested at most `depth` deep. */
function ofTheModel(value: unknown, depth: number): boolean {
  if (value === null || typeof value === 'boolean') return true;
  // A lone surrogate or a leading byte order mark would not survive decoding.
  if (typeof value === 'string') return value.isWellFormed() && !value.startsWith('\ufeff');
  if (typeof value === 'number') return Number.isSafeInteger(value);
  if (value instanceof Uint8Array) return true;
  if (depth === 0 || typeof value !== 'object') return false;
  if (Array.isArray(value)) return value.every((item) => ofTheModel(item, depth - 1));
  if (value instanceof Tagged) return ofTheModel(value.value, depth - 1);
  if (value instanceof Map) {
    return [...value].every(([key, item]) => (typeof key === 'string' || Number.isSafeInteger(key)) && ofTheModel(item, depth - 1));
  }
  return Object.values(value).every((item) => ofTheModel(item, depth - 1));
}
