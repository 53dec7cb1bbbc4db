import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../src/base/bytes.ts';
import { decodeCbor, encodeCbor, tagged, type Cbor } from '../../src/base/cbor.ts';

/** One value, its one encoding. Values of RFC 8949 appendix A where it has them. */
const valid: readonly (readonly [string, string, Cbor])[] = [
  ['0', '00', 0],
  ['23', '17', 23],
  ['24', '1818', 24],
  ['255', '18ff', 255],
  ['256', '190100', 256],
  ['65,536', '1a00010000', 65_536],
  ['2^32', '1b0000000100000000', 2 ** 32],
  ['the largest safe integer', '1b001fffffffffffff', Number.MAX_SAFE_INTEGER],
  ['−1', '20', -1],
  ['−256', '38ff', -256],
  ['the smallest safe integer', '3b001ffffffffffffe', Number.MIN_SAFE_INTEGER],
  ['false, true, null', '83f4f5f6', [false, true, null]],
  ['bytes', '4401020304', Uint8Array.of(1, 2, 3, 4)],
  ['no bytes', '40', new Uint8Array(0)],
  ['text', '6449455446', 'IETF'],
  ['text outside the basic plane', '64f0908591', '\u{10151}'],
  ['nested lists', '8301820203820405', [1, [2, 3], [4, 5]]],
  ['map, keys sorted by their encoding', 'a361610261630062626201', { bb: 1, a: 2, c: 0 }],
  ['empty map', 'a0', {}],
  ['the key __proto__', 'a1695f5f70726f746f5f5f01', JSON.parse('{"__proto__":1}') as Cbor],
  ['COSE_Sign1', 'd28440a0f640', tagged(18, [new Uint8Array(0), {}, null, new Uint8Array(0)])],
];

/** Other forms of values, values that no format uses, and bytes that are nothing. */
const invalid: readonly (readonly [string, string])[] = [
  ['nothing', ''],
  ['an integer in too many bytes', '1817'],
  ['an integer in far too many bytes', '1b0000000000000001'],
  ['a negative integer in too many bytes', '3800'],
  ['a length in too many bytes', '580101'],
  ['a text length in too many bytes', '780161'],
  ['a list length in too many bytes', '980100'],
  ['a map length in too many bytes', 'b801616101'],
  ['a tag in too many bytes', 'd8128440a0f640'],
  ['indefinite list', '9f00ff'],
  ['indefinite map', 'bf616100ff'],
  ['indefinite bytes', '5f4101ff'],
  ['indefinite text', '7f6161ff'],
  ['a lone break', 'ff'],
  ['unsorted keys', 'a2616200616100'],
  ['keys sorted by length only', 'a261620061610062'],
  ['a key twice', 'a2616100616100'],
  ['a key that is a number', 'a10000'],
  ['a key that is null', 'a1f600'],
  ['half float', 'f93e00'],
  ['an integer as a float', 'f93c00'],
  ['minus zero', 'f98000'],
  ['single float', 'fa47c35000'],
  ['double float', 'fb3ff199999999999a'],
  ['not a number', 'f97e00'],
  ['infinity', 'f97c00'],
  ['undefined', 'f7'],
  ['a simple value', 'f0'],
  ['a simple value in a byte', 'f820'],
  ['2^53', '1b0020000000000000'],
  ['−2^53 and less', '3b0020000000000000'],
  ['a bignum', 'c249010000000000000000'],
  ['a date', 'c074323031332d30332d32315432303a30343a30305a'],
  ['an unknown tag', 'd90101f6'],
  ['text that is not UTF-8', '61ff'],
  ['text with a surrogate', '63eda080'],
  ['text with an overlong form', '62c080'],
  ['text that starts with a byte order mark', '64efbbbf61'],
  ['something after the end', '0000'],
  ['too little', '440102'],
  ['a list with too little', '8200'],
  ['a length beyond all memory', '5b001fffffffffffff00'],
  ['a list beyond all memory', '9b001fffffffffffff00'],
  ['33 lists in one another', '81'.repeat(33) + '00'],
  ['a million lists in one another', '81'.repeat(1_000_000)],
  ['a million tags in one another', 'd2'.repeat(1_000_000)],
];

describe('deterministic CBOR', () => {
  it.for(valid)('%s', ([, hex, value]) => {
    expect(toHex(encodeCbor(value))).toBe(hex);
    expect(decodeCbor(fromHex(hex))).toEqual({ ok: true, value });
  });

  it.for(invalid)('refuses %s', ([, hex]) => {
    for (const maps of [false, true]) {
      if (maps && hex === 'a10000') continue;
      const decoded = decodeCbor(fromHex(hex), { maps });
      expect(decoded.ok ? decoded.value : decoded.error.code).toMatch(/^cbor\.(malformed|not-deterministic)$/);
    }
  });

  it('shares no memory with what it reads, and gives plain byte strings, also of a Buffer', () => {
    const input = Buffer.from('82420102' + '5841' + '07'.repeat(65), 'hex');
    const decoded = decodeCbor(input);
    input.fill(0);
    expect(decoded).toEqual({ ok: true, value: [Uint8Array.of(1, 2), new Uint8Array(65).fill(7)] });
  });

  it('has integer keys in maps when asked, in the order of their encodings', () => {
    const map = new Map<number | string, Cbor>([
      ['a', 4],
      [-1, 2],
      [396, 1],
      [1, 3],
    ]);
    expect(toHex(encodeCbor(map))).toBe('a4010319018c012002616104');
    expect(decodeCbor(fromHex('a4010319018c012002616104'), { maps: true })).toEqual({ ok: true, value: map });
  });

  it('refuses to encode what would not come back', () => {
    const wrong: unknown[] = [
      1.5,
      Number.NaN,
      2 ** 53,
      undefined,
      { a: undefined },
      [undefined],
      '\ud800',
      '\ufeffa',
      1n,
      () => 0,
      Symbol('s'),
      new Map([[1.5, 0]]),
    ];
    for (const value of wrong) expect(() => encodeCbor(value as Cbor)).toThrow(TypeError);
    let deep: Cbor = 0;
    for (let i = 0; i < 33; i++) deep = [deep];
    expect(() => encodeCbor(deep)).toThrow(TypeError);
  });

  it('gives byte strings that do not change with the input', () => {
    const input = fromHex('43010203');
    const decoded = decodeCbor(input);
    input[1] = 9;
    expect(decoded).toEqual({ ok: true, value: Uint8Array.of(1, 2, 3) });
  });

  it('never throws, and what it accepts encodes to the same bytes', () => {
    let state = 12345;
    const random = (below: number): number => (state = (Math.imul(state, 1103515245) + 12345) >>> 0) % below;
    const starts = valid.map(([, hex]) => fromHex(hex));
    let accepted = 0;
    for (let i = 0; i < 20_000; i++) {
      const bytes = Uint8Array.from(starts[random(starts.length)]!);
      for (let n = random(3); n >= 0; n--) bytes[random(bytes.length)] = random(256);
      const decoded = decodeCbor(bytes);
      if (!decoded.ok) continue;
      accepted++;
      expect(toHex(encodeCbor(decoded.value as Cbor))).toBe(toHex(bytes));
    }
    expect(accepted).toBeGreaterThan(1000);
  });
});
