/** Mutations that know CBOR: each leaves the rest of the input well-formed, so that the decoders behind the first one are reached. */
import { copyOf, head, itemsOf, parseItem, writeItem, type Item } from './cbor-item.ts';
import type { Random } from '../support/random.ts';

type Change = (item: Item, random: Random, other: Item) => void;

const INTEGERS = [0n, 1n, 23n, 24n, 255n, 256n, 65_535n, 2n ** 32n, 2n ** 48n, 2n ** 53n - 1n, 2n ** 53n, 2n ** 63n, 2n ** 64n - 1n];
const TEXTS = [
  '',
  '__proto__',
  'constructor',
  'toString',
  'op',
  'v',
  'anchors.anchor',
  '\u0000',
  '\ufeffa',
  'é',
  'e\u0301',
  'Ａ',
  'hospital',
  '../x',
  '1e3',
  'ͅ'.repeat(50),
];
const RAW: readonly (readonly number[])[] = [
  [0xf6], // null
  [0xf5], // true
  [0xf7], // undefined
  [0xf8, 0x20], // a simple value
  [0xf9, 0x7e, 0x00], // NaN
  [0xf9, 0x3c, 0x00], // 1.0 in 16 bits
  [0xfb, 0x3f, 0xf0, 0, 0, 0, 0, 0, 0], // 1.0 in 64 bits
  [0xfb, 0x3f, 0xf8, 0, 0, 0, 0, 0, 0], // 1.5
  [0xf9, 0x80, 0x00], // −0
  [0xf9, 0x7c, 0x00], // infinity
  [0x9f, 0xff], // a list without a length
  [0xbf, 0xff], // a map without a length
  [0x5f, 0x41, 0x61, 0xff], // a byte string in parts
  [0xff], // the end of something
  [0xc2, 0x41, 0x01], // a bignum
  [0xc0, 0x60], // a date
  [0xd2, 0x80], // an empty COSE_Sign1
  [0x20], // −1
  [0x62, 0xc3, 0x28], // text that is no UTF-8
  [0x63, 0xed, 0xa0, 0x80], // a lone surrogate
  [0xa1, 0x69, 0x5f, 0x5f, 0x70, 0x72, 0x6f, 0x74, 0x6f, 0x5f, 0x5f, 0x80], // {"__proto__": []}
  [0x1c], // a reserved head
  [0x9b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], // a list of 2^64 − 1
  [0x5a, 0xff, 0xff, 0xff, 0xff], // 4 GiB of bytes, of which none are there
  [0xba, 0x7f, 0xff, 0xff, 0xff], // a map of 2 G
];

/** Whole inputs that are hardly anything: what a decoder meets where it expects a map or a list. */
export const degenerate: readonly Uint8Array[] = [[], [0x00], [0x40], [0x60], [0x80], [0xa0], [0x81, 0xf6], [0xa1, 0x60, 0xf6], ...RAW].map((bytes) =>
  Uint8Array.from(bytes),
);

const strings = (item: Item): boolean => item.major === 2 || item.major === 3;
const containers = (item: Item): boolean => item.major === 4 || item.major === 5;

const integer: Change = (item, random) => {
  item.argument = random.once(2) ? random.pick(INTEGERS) : item.argument + BigInt(random.below(5) - 2);
  if (item.argument < 0n) item.argument = 0n;
  if (random.once(6)) item.major ^= 1;
};
const wider: Change = (item, random) => void (item.width = random.pick([1, 2, 4, 8]));
const bytesOf: Change = (item, random) => {
  delete item.inner;
  const bytes = item.bytes!;
  const at = random.below(bytes.length + 1);
  const variants = [
    () => bytes.with(Math.min(at, bytes.length - 1), (bytes[Math.min(at, bytes.length - 1)] ?? 0) ^ (1 << random.below(8))),
    () => bytes.slice(0, at),
    () => bytes.slice(at),
    () => Uint8Array.from([...bytes, ...random.bytes(1 + random.below(40))]),
    () => random.bytes(bytes.length),
    () => new Uint8Array(bytes.length),
    () => new Uint8Array(0),
    () => random.bytes(random.pick([1, 31, 32, 33, 63, 64, 65, 1024])),
  ];
  item.bytes = bytes.length === 0 ? random.bytes(32) : random.pick(variants)();
};
const textOf: Change = (item, random) => void (item.bytes = new TextEncoder().encode(random.pick(TEXTS)));
const untrueLength: Change = (item, random) => void (item.argument = -(random.pick(INTEGERS) + 1n));
const count: Change = (item, random) => void (item.argument = random.pick(INTEGERS));
const drop: Change = (item, random) => arrange(item, random, (rows) => rows.splice(random.below(rows.length), 1));
const double: Change = (item, random) => arrange(item, random, (rows) => rows.push(random.pick(rows).map(copyOf)));
const swap: Change = (item, random) =>
  arrange(item, random, (rows) => {
    const [a, b] = [random.below(rows.length), random.below(rows.length)];
    [rows[a], rows[b]] = [rows[b]!, rows[a]!];
  });
const grow: Change = (item, random, other) =>
  arrange(item, random, (rows) => {
    const key: Item = { major: 3, argument: 0n, bytes: new TextEncoder().encode(random.pick(TEXTS)) };
    rows.splice(random.below(rows.length + 1), 0, item.major === 5 ? [random.once(4) ? copyOf(other) : key, copyOf(other)] : [copyOf(other)]);
  });
const many: Change = (item, random) =>
  arrange(item, random, (rows) => {
    const row = random.pick(rows);
    for (let i = random.pick([10, 60, 300]); i > 0; i--) rows.push(row.map(copyOf));
  });
const nest: Change = (item, random) => {
  const inside = copyOf(item);
  const depth = random.pick([1, 2, 31, 32, 33, 500, 20_000]);
  const opening = random.once(2) ? Uint8Array.of(0x81) : Uint8Array.of(0xa1, 0x00);
  item.raw = Buffer.concat([...Array.from({ length: depth }, () => opening), writeItem(inside)]);
};
const tag: Change = (item, random) =>
  void (item.raw = Buffer.concat([head(6, random.pick([0n, 2n, 18n, 24n, 98n, 55_799n])), writeItem(copyOf(item))]));
const replace: Change = (item, random, other) => {
  if (random.once(2)) item.raw = Uint8Array.from(random.pick(RAW));
  else become(item, copyOf(other));
};

function become(item: Item, other: Item): void {
  for (const name of Object.keys(item)) Reflect.deleteProperty(item, name);
  Object.assign(item, other);
}

/** Rows of a list are its items, rows of a map its pairs; the count follows. */
function arrange(item: Item, random: Random, change: (rows: Item[][]) => void): void {
  const size = item.major === 5 ? 2 : 1;
  const rows: Item[][] = [];
  for (let i = 0; i < item.children!.length; i += size) rows.push(item.children!.slice(i, i + size));
  if (rows.length === 0) return replace(item, random, item);
  change(rows);
  item.children = rows.flat();
  item.argument = BigInt(rows.length);
}

function changesOf(item: Item): readonly Change[] {
  const general = [wider, nest, tag, replace, replace];
  if (item.major <= 1) return [...general, integer, integer, integer];
  if (item.major === 3) return [...general, textOf, textOf, bytesOf, untrueLength];
  if (strings(item)) return [...general, bytesOf, bytesOf, bytesOf, bytesOf, untrueLength];
  if (containers(item)) return [...general, drop, drop, double, swap, grow, grow, many, count];
  return general;
}

/** One to three changes anywhere in the input; undefined when it is not CBOR. `donor` gives parts of another input. */
export function mutateCbor(input: Uint8Array, donor: Uint8Array, random: Random): Uint8Array | undefined {
  const root = parseItem(input);
  if (!root) return undefined;
  const others = itemsOf(parseItem(donor) ?? root);
  for (let changes = random.pick([1, 1, 1, 2, 3]); changes > 0; changes--) {
    const item = random.pick(itemsOf(root));
    if (item.raw) continue;
    random.pick(changesOf(item))(item, random, random.pick(others));
  }
  return writeItem(root);
}
