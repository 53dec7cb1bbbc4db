/**
 * As much of WebAssembly's binary format (core specification 2.0, section 5) as arithmetic needs: functions of 32-bit addresses over one
 * memory, 64-bit integers in between. Integers only, so every machine gives the same.
 */

/** Instructions, one byte each. */
export type Code = readonly number[];

export interface FunctionSource {
  readonly name: string;
  /** Addresses or counts that it is called with; their locals come first. */
  readonly parameters: number;
  /** Locals behind the parameters. */
  readonly words: number;
  readonly longs: number;
  readonly code: Code;
}

declare const WebAssembly: {
  readonly Memory: new (limits: { readonly initial: number; readonly maximum: number }) => WasmMemory;
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: object };
};

export interface WasmMemory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

export const PAGE_BYTES = 65_536;

/** Signed LEB128. */
function signed(value: number | bigint): Code {
  const bytes: number[] = [];
  for (let rest = BigInt(value); ;) {
    const low = Number(rest & 0x7fn);
    rest >>= 7n;
    const isLast = (rest === 0n && (low & 0x40) === 0) || (rest === -1n && (low & 0x40) !== 0);
    bytes.push(isLast ? low : low | 0x80);
    if (isLast) return bytes;
  }
}

function unsigned(value: number): Code {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return [...bytes, rest];
    bytes.push((rest % 128) | 0x80);
  }
}

const I32 = 0x7f;
const I64 = 0x7e;
const NO_RESULT = 0x40;

export const get = (local: number): Code => [0x20, ...unsigned(local)];
export const set = (local: number, value: Code): Code => [...value, 0x21, ...unsigned(local)];
export const call = (index: number, ...values: readonly Code[]): Code => [...values.flat(), 0x10, ...unsigned(index)];

const binary =
  (opcode: number) =>
  (a: Code, b: Code): Code => [...a, ...b, opcode];

/** 32-bit: addresses and counts. */
export const word = {
  of: (value: number): Code => [0x41, ...signed(value)],
  add: binary(0x6a),
  subtract: binary(0x6b),
  multiply: binary(0x6c),
  isLessThan: binary(0x48),
  /** 16 bits with their sign. */
  load16: (address: Code): Code => [...address, 0x2e, 1, 0],
};

/** 64-bit: numbers. */
export const long = {
  of: (value: number | bigint): Code => [0x42, ...signed(value)],
  add: binary(0x7c),
  subtract: binary(0x7d),
  multiply: binary(0x7e),
  shiftLeft: binary(0x86),
  /** With the sign. */
  shiftRight: binary(0x87),
  /** 32 bits with their sign. */
  load32: (address: Code, offset: number): Code => [...address, 0x34, 2, ...unsigned(offset)],
  /** The low 32 bits. */
  store32: (address: Code, offset: number, value: Code): Code => [...address, ...value, 0x3e, 2, ...unsigned(offset)],
};

export const when = (condition: Code, then: Code, otherwise: Code = []): Code => [
  ...condition,
  0x04,
  NO_RESULT,
  ...then,
  ...(otherwise.length > 0 ? [0x05, ...otherwise] : []),
  0x0b,
];

/** Again as long as the condition holds after the body: at least once. */
export const repeat = (body: Code, whileTrue: Code): Code => [0x03, NO_RESULT, ...body, ...whileTrue, 0x0d, 0, 0x0b];

const sized = (content: Code): Code => [...unsigned(content.length), ...content];
const list = (items: readonly Code[]): Code => [...unsigned(items.length), ...items.flat()];
const section = (id: number, content: Code): Code => [id, ...sized(content)];
const name = (text: string): Code => sized([...text].map((character) => character.charCodeAt(0)));

/** The magic number, and version 1. */
const HEADER: Code = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];

/** The functions by name, over a memory of up to `maxPages`, of which `pages` are there at once. */
export function assemble(functions: readonly FunctionSource[], pages: number, maxPages: number) {
  const memory = new WebAssembly.Memory({ initial: pages, maximum: maxPages });
  const module = new WebAssembly.Module(
    Uint8Array.from([
      ...HEADER,
      ...section(1, list(functions.map(({ parameters }) => [0x60, ...list(Array.from({ length: parameters }, () => [I32])), 0]))),
      ...section(2, list([[...name('host'), ...name('memory'), 0x02, 0x01, ...unsigned(pages), ...unsigned(maxPages)]])),
      ...section(3, list(functions.map((_, index) => unsigned(index)))),
      ...section(7, list(functions.map((each, index) => [...name(each.name), 0x00, ...unsigned(index)]))),
      ...section(10, list(functions.map(({ words, longs, code }) => sized([2, ...unsigned(words), I32, ...unsigned(longs), I64, ...code, 0x0b])))),
    ]),
  );
  const { exports } = new WebAssembly.Instance(module, { host: { memory } });
  return { memory, functions: exports as Readonly<Record<string, (...values: readonly number[]) => void>> };
}
