/**
 * CBOR as it lies on the wire, with everything that a decoder has to refuse: widths of heads, order and doubles of keys, counts that are
 * not true. Byte strings that are CBOR themselves are read as such, so that a mutation reaches every depth of a format.
 */
export interface Item {
  /** Major type, 0 to 7. */
  major: number;
  argument: bigint;
  /** Bytes of the argument in the head: 0 (in the first byte), 1, 2, 4, 8; undefined: the shortest. */
  width?: number;
  /** Strings: their bytes. */
  bytes?: Uint8Array;
  /** Byte strings: what they hold, when it is CBOR. */
  inner?: Item;
  /** Lists, maps (key, value, key, value …), tags (one). */
  children?: Item[];
  /** Written instead of the item, as it is. */
  raw?: Uint8Array;
}

const MAX_ITEMS = 20_000;

/** Undefined: not one whole definite-length item. */
export function parseItem(bytes: Uint8Array): Item | undefined {
  let at = 0;
  let count = 0;
  const read = (depth: number): Item | undefined => {
    if (at >= bytes.length || depth > 40 || ++count > MAX_ITEMS) return undefined;
    const first = bytes[at++]!;
    const low = first & 31;
    const width = low < 24 ? 0 : [1, 2, 4, 8][low - 24];
    if (width === undefined || at + width > bytes.length) return undefined;
    let argument = width === 0 ? BigInt(low) : 0n;
    for (let i = 0; i < width; i++) argument = (argument << 8n) | BigInt(bytes[at++]!);
    const item: Item = { major: first >> 5, argument };
    if (item.major === 7) item.width = width;
    if (item.major === 2 || item.major === 3) {
      if (argument > BigInt(bytes.length - at)) return undefined;
      item.bytes = bytes.subarray(at, at + Number(argument));
      at += Number(argument);
      if (item.major === 2 && item.bytes.length > 1 && item.bytes[0]! >> 5 >= 4) Object.assign(item, innerOf(item.bytes));
    } else if (item.major >= 4 && item.major <= 6) {
      const many = item.major === 6 ? 1n : item.major === 5 ? 2n * argument : argument;
      if (many > BigInt(bytes.length - at)) return undefined;
      item.children = [];
      for (let i = 0n; i < many; i++) {
        const child = read(depth + 1);
        if (!child) return undefined;
        item.children.push(child);
      }
    }
    return item;
  };
  const whole = read(0);
  return whole && at === bytes.length ? whole : undefined;
}

function innerOf(bytes: Uint8Array): Pick<Item, 'inner'> {
  const inner = parseItem(bytes);
  return inner ? { inner } : {};
}

export function writeItem(item: Item): Uint8Array {
  const parts: Uint8Array[] = [];
  const write = (one: Item): void => {
    if (one.raw) return void parts.push(one.raw);
    const content = one.inner ? writeItem(one.inner) : one.bytes;
    parts.push(head(one.major, content ? lengthOf(one, content) : one.argument, one.width));
    if (content) parts.push(content);
    for (const child of one.children ?? []) write(child);
  };
  write(item);
  return Buffer.concat(parts).subarray();
}

/** A length that was set by hand stays; otherwise it follows the content. */
const lengthOf = (item: Item, content: Uint8Array): bigint => (item.argument < 0n ? -item.argument : BigInt(content.length));

export function head(major: number, argument: bigint, width?: number): Uint8Array {
  const shortest = argument < 24n ? 0 : argument < 0x100n ? 1 : argument < 0x10000n ? 2 : argument < 0x1_0000_0000n ? 4 : 8;
  const used = Math.max(shortest, width ?? 0);
  const bytes = new Uint8Array(1 + used);
  bytes[0] = (major << 5) | (used === 0 ? Number(argument) : { 1: 24, 2: 25, 4: 26, 8: 27 }[used]!);
  for (let i = used, rest = argument; i > 0; i--, rest >>= 8n) bytes[i] = Number(rest & 0xffn);
  return bytes;
}

/** Bytes are shared: mutations replace them, never write into them. */
export function copyOf(item: Item): Item {
  const { inner, children } = item;
  return { ...item, ...(inner ? { inner: copyOf(inner) } : {}), ...(children ? { children: children.map(copyOf) } : {}) };
}

/** The item and everything below it, also inside of byte strings. */
export function itemsOf(item: Item, found: Item[] = []): Item[] {
  found.push(item);
  if (item.inner) itemsOf(item.inner, found);
  for (const child of item.children ?? []) itemsOf(child, found);
  return found;
}
