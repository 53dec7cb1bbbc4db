/** Mutations that know nothing of the format. */
import type { Random } from '../support/random.ts';

const MAX_BYTES = 300_000;

/** One to four changes: bits, bytes, pieces cut, doubled, moved, taken from another input. */
export function mutateBytes(input: Uint8Array, donor: Uint8Array, random: Random, pieces: readonly Uint8Array[] = []): Uint8Array {
  let bytes = input;
  for (let changes = random.pick([1, 1, 2, 4]); changes > 0; changes--) bytes = once(bytes, donor, random, pieces);
  return bytes.subarray(0, MAX_BYTES);
}

function once(bytes: Uint8Array, donor: Uint8Array, random: Random, pieces: readonly Uint8Array[]): Uint8Array {
  if (bytes.length === 0) return random.bytes(1 + random.below(64));
  const at = random.below(bytes.length);
  const end = Math.min(bytes.length, at + 1 + random.below(random.pick([4, 40, 400])));
  const put = (piece: Uint8Array, until: number = at): Uint8Array => Buffer.concat([bytes.subarray(0, at), piece, bytes.subarray(until)]).subarray();
  switch (random.below(10)) {
    case 0:
      return bytes.with(at, bytes[at]! ^ (1 << random.below(8)));
    case 1:
      return bytes.with(at, random.below(256));
    case 2:
      return bytes.with(at, random.pick([0, 1, 0x7f, 0x80, 0xff]));
    case 3:
      return bytes.slice(0, at);
    case 4:
      return put(new Uint8Array(0), end);
    case 5:
      return put(bytes.slice(at, end));
    case 6:
      return put(random.bytes(1 + random.below(20)));
    case 7: {
      const from = random.below(donor.length + 1);
      return put(donor.slice(from, from + 1 + random.below(200)), random.once(2) ? end : at);
    }
    case 8:
      return pieces.length > 0 ? put(random.pick(pieces), random.once(2) ? end : at) : random.bytes(random.below(200));
    default:
      return bytes.map((byte) => (random.once(100) ? random.below(256) : byte));
  }
}
