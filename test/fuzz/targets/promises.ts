/** What decoders promise: an answer for any bytes, and one encoding for each value. */
import type { Result } from '../../../src/base/result.ts';
import { Broken, type Target, type Verdict } from '../fuzz.ts';

const same = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;

/** `decode` never throws; what it takes, `encode` gives back byte for byte. */
export const roundTrip =
  <T>(decode: (input: Uint8Array) => Result<T>, encode: (value: T) => Uint8Array) =>
  (input: Uint8Array): Verdict => {
    const before = Uint8Array.from(input);
    const decoded = decode(input);
    if (!same(before, input)) throw new Broken('the input was changed');
    if (!decoded.ok) {
      if (!/^[a-z]+\.[a-z-]+$/.test(decoded.error.code)) throw new Broken(`refused without a code: ${decoded.error.code}`);
      return 'refused';
    }
    const again = encode(decoded.value);
    if (!same(again, input)) throw new Broken(`two encodings of one value: it is written as ${Buffer.from(again).toString('hex').slice(0, 4_000)}`);
    return 'accepted';
  };

/** `verify` holds for the seeds and for nothing else. */
export const holdsOnlyFor =
  (seeds: readonly Uint8Array[], verify: (input: Uint8Array) => boolean) =>
  (input: Uint8Array): Verdict => {
    const holds = verify(input);
    if (holds && !seeds.some((seed) => same(seed, input))) throw new Broken('it holds although it was changed');
    return holds ? 'accepted' : 'refused';
  };

/** A target of deterministic CBOR. */
export const cborTarget = (name: string, seeds: readonly Uint8Array[], check: Target['check'], share = 1): Target => ({
  name,
  seeds,
  format: 'cbor',
  share,
  check,
});
