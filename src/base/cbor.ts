/**
 * Deterministic CBOR (RFC 8949 §4.2.1): the one encoding of everything that is hashed or signed. Decoding accepts exactly what
 * encoding would have produced: any other form of the same value is refused, so that one value has one hash.
 */
import { CborRefusal, decodeDeterministic } from './cbor-decode.ts';
import { encodeDeterministic } from './cbor-encode.ts';
import { Tagged } from './cbor-tag.ts';
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

/** Throws a `TypeError` on what the type cannot rule out: fractions and unsafe integers, undefined members, text that is not Unicode. */
export function encodeCbor(value: Cbor): Uint8Array {
  return encodeDeterministic(value, MAX_DEPTH);
}

/** Deeper than any format here; keeps hostile nesting from exhausting the stack. */
const MAX_DEPTH = 32;

export interface DecodeOptions {
  /** Maps as `Map` (COSE headers have integer keys); otherwise objects with string keys. */
  readonly maps?: boolean;
  /** Byte strings are views of the input: for what is looked at and forgotten before the input changes. */
  readonly views?: boolean;
}

/** `cbor.malformed` or `cbor.not-deterministic`; never throws. Without `views`, byte strings of the result don't share memory with the input. */
export function decodeCbor(bytes: Uint8Array, options: DecodeOptions = {}): Result<unknown> {
  try {
    return ok(decodeDeterministic(bytes, MAX_DEPTH, options.maps === true, options.views === true));
  } catch (cause) {
    if (!(cause instanceof CborRefusal)) throw cause;
    if (cause.kind === 'not-deterministic') return fail(codedError(cborErrors, 'cbor.not-deterministic'));
    return fail(codedError(cborErrors, 'cbor.malformed', { message: `The bytes are not CBOR of the formats here: ${cause.message}.` }));
  }
}
