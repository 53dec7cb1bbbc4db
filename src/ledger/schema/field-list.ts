/**
 * Fields as a CBOR list, in the order in which they are described and without their names: for what never grows and stands in every receipt. What a
 * field is and may be is checked as in a map.
 */
import { decodeCbor, encodeCbor, type Cbor } from '../../base/cbor.ts';
import { fieldProblem, type Fields, type ValuesOf } from './fields.ts';

export interface ListCodec<F extends Fields> {
  encode(values: ValuesOf<F>): Uint8Array;
  /** The fields by name; a sentence about anything but the exact bytes that `encode` gives of values within their descriptions. */
  decode(bytes: Uint8Array): ValuesOf<F> | string;
}

export function defineList<const F extends Fields>(fields: F): ListCodec<F> {
  const names = Object.keys(fields);
  return {
    encode: (values) => encodeCbor(names.map((name) => values[name] as Cbor)),
    decode(bytes) {
      const decoded = decodeCbor(bytes);
      if (!decoded.ok) return decoded.error.message;
      const { value } = decoded;
      if (!Array.isArray(value) || value.length !== names.length) return `it is not a list of ${names.length} fields`;
      const values: Record<string, unknown> = {};
      for (let at = 0; at < names.length; at++) {
        const name = names[at]!;
        const problem = fieldProblem(fields[name]!, value[at]);
        if (problem !== undefined) return `its field ${name} ${problem}`;
        values[name] = value[at];
      }
      return values as ValuesOf<F>;
    },
  };
}
