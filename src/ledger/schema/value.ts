/** Values of the state: deterministic CBOR maps of classified fields, like operations. */
import { decodeCbor, encodeCbor, type Cbor } from '../../base/cbor.ts';
import { codedError } from '../../base/errors.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import { ledgerErrors } from '../errors.ts';
import { fieldsProblem, type Fields, type ValuesOf } from './fields.ts';

export interface ValueCodec<F extends Fields> {
  readonly fields: F;
  encode(value: ValuesOf<F>): Uint8Array;
  /** `ledger.malformed` on anything but the exact bytes that `encode` gives. */
  decode(bytes: Uint8Array): Result<ValuesOf<F>>;
}

export const defineValue = <const F extends Fields>(fields: F): ValueCodec<F> => ({
  fields,
  encode(value) {
    const problem = fieldsProblem(fields, value);
    if (problem !== undefined) throw new TypeError(`a value of the state ${problem}`);
    return encodeCbor(value as unknown as Cbor);
  },
  decode(bytes) {
    const decoded = decodeCbor(bytes);
    const problem = decoded.ok ? fieldsProblem(fields, decoded.value) : decoded.error.message;
    if (problem !== undefined) return fail(codedError(ledgerErrors, 'ledger.malformed', { message: `Not a value of the state: ${problem}.` }));
    return ok((decoded as { value: unknown }).value as ValuesOf<F>);
  },
});
