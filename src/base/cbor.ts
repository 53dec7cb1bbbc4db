/**
 * Deterministic CBOR (RFC 8949 §4.2.1): the one encoding of everything that is hashed or signed. Decoding accepts exactly what
 * encoding would have produced: any other form of the same value is refused, so that one value has one hash.
 */
import { decode, encode, Tagged, rfc8949EncodeOptions } from 'cborg';
import { compareBytes } from './bytes.ts';
import { defineErrors, codedError } from './errors.ts';
import { fail, ok, type Result } from './result.ts';

export const cborErrors = defineErrors({
  'cbor.malformed': { status: 400, issue: 'structure', message: 'The bytes are not CBOR.', hint: 'Send deterministic CBOR (RFC 8949 §4.2.1).' },
  'cbor.not-deterministic': {
    status: 400,
    issue: 'structure',
    message: 'The CBOR is not in deterministic form.',
    hint: 'Encode with shortest lengths, sorted map keys and no indefinite lengths (RFC 8949 §4.2.1).',
  },
});

/** Values of the model: no floats, no undefined, no bignums beyond safe integers. */
export type Cbor = null | boolean | number | string | Uint8Array | readonly Cbor[] | ReadonlyMap<number | string, Cbor> | { readonly [key: string]: Cbor } | Tagged;

export const tagged = (tag: number, value: Cbor): Tagged => new Tagged(tag, value);
export { Tagged };

/** The only tag of the formats: COSE_Sign1 (RFC 9052 §2). */
const tags = Tagged.preserve(18);

export const encodeCbor = (value: Cbor): Uint8Array => encode(value, rfc8949EncodeOptions);

export interface DecodeOptions {
  /** Maps as `Map` (COSE headers have integer keys); otherwise objects with string keys. */
  readonly maps?: boolean;
}

export function decodeCbor(bytes: Uint8Array, options: DecodeOptions = {}): Result<unknown> {
  let value: unknown;
  try {
    value = decode(bytes, {
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
  } catch (cause) {
    return fail(codedError(cborErrors, 'cbor.malformed', { message: `The bytes are not CBOR: ${(cause as Error).message}` }));
  }
  if (compareBytes(encodeCbor(value as Cbor), bytes) !== 0) return fail(codedError(cborErrors, 'cbor.not-deterministic'));
  return ok(value);
}
