import { decodeCbor, encodeCbor, tagged, type Cbor } from '../../../src/base/cbor.ts';
import type { Target } from '../fuzz.ts';
import { cborTarget, roundTrip } from './promises.ts';

const values: readonly Cbor[] = [
  null,
  [true, false, 0, -1, 23, 24, 255, 256, 65_536, 2 ** 32, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER],
  { op: 'grants.open', a: new Uint8Array(40), zz: 'text', é: [], list: [{ deep: [[['x']]] }] },
  { constructor: 1, toString: 'x', '': null },
  [encodeCbor([1, 2, encodeCbor({ inner: 'bytes' })]), 'Ünïcode 🙂', []],
];

const withMaps: readonly Cbor[] = [
  tagged(18, [new Uint8Array(3), new Map<number, Cbor>([[396, new Map([[-1, [new Uint8Array(5)]]])]]), null, new Uint8Array(64)]),
  new Map<number | string, Cbor>([
    [1, -19],
    [-1, 'a'],
    ['k', new Map([[395, 1]])],
  ]),
];

const decodeMaps = (bytes: Uint8Array) => decodeCbor(bytes, { maps: true });
const encode = (value: unknown): Uint8Array => encodeCbor(value as Cbor);

export const baseTargets: readonly Target[] = [
  cborTarget('base CBOR', values.map(encodeCbor), roundTrip(decodeCbor, encode), 3),
  cborTarget('base CBOR with maps', [...values, ...withMaps].map(encodeCbor), roundTrip(decodeMaps, encode), 2),
];
