/** The fuzzer finds what it is there to find: decoders with one fault each, on inputs that a failure can be made again from. */
import { decode, encode } from 'cborg';
import { expect, it } from 'vitest';
import { encodeCbor } from '../../src/base/cbor.ts';
import { codedError, defineErrors } from '../../src/base/errors.ts';
import { fail, ok, type Result } from '../../src/base/result.ts';
import { fuzz, inputOf, type Target } from './fuzz.ts';
import { cborTarget, holdsOnlyFor, roundTrip } from './targets/promises.ts';

const errors = defineErrors({ 'fuzz.refused': { status: 400, issue: 'structure', message: 'no', hint: 'no' } });
const seeds = [encodeCbor({ name: 'a name', bytes: new Uint8Array(20), list: [1, 2, 3] }), encodeCbor([encodeCbor(['inner', 5]), 'text'])];

const refusing =
  <T>(read: (input: Uint8Array) => T) =>
  (input: Uint8Array): Result<T> => {
    try {
      return ok(read(input));
    } catch {
      return fail(codedError(errors, 'fuzz.refused'));
    }
  };

const faulty: Record<string, Target['check']> = {
  'throws on some': roundTrip((input) => ok(decode(input)), encode),
  'takes several encodings of one value': roundTrip(
    refusing((input) => decode(input, { strict: false }) as unknown),
    (value) => encode(value),
  ),
  'looks at the beginning only': holdsOnlyFor(seeds, (input) =>
    seeds.some((seed) => Buffer.compare(seed.subarray(0, 9), input.subarray(0, 9)) === 0),
  ),
  'answers without a code': roundTrip(
    (input) => (input.length > 5 ? ok(input) : fail({ code: '', message: 'no' })),
    (input) => input,
  ),
};

it.for(Object.entries(faulty))('%s: found, and made again from what is printed', async ([name, check]) => {
  const target = cborTarget(name, seeds, check);
  const error = await fuzz([target], 3_000, 1).then(
    () => undefined,
    (cause: Error) => cause,
  );
  const [, number] = /_ONLY='.*#(\d+)'/.exec(error?.message ?? '') ?? [];
  expect(number, name).toBeDefined();
  const input = inputOf(target, 1, Number(number));
  expect(error!.message).toContain(Buffer.from(input.subarray(0, 2_048)).toString('hex'));
  await expect(fuzz([target], 3_000, 1, `${name}#${number}`)).rejects.toThrow(`#${number}'`);
});

it('finds nothing where nothing is wrong', async () => {
  const target = cborTarget('sound', seeds, (input) => (seeds.some((seed) => Buffer.compare(seed, input) === 0) ? 'accepted' : 'refused'));
  expect((await fuzz([target], 3_000, 1)).inputs).toBe(3_000);
});
