/**
 * The fence of the linter round the core (`.oxlintrc.core.json`): each rule is shown something that it has to refuse. What the linter
 * can't see (divisions, state of modules) is in `purity.test.ts`.
 */
import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempDisposableSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const globals = 'eslint(no-restricted-globals)';
const properties = 'eslint(no-restricted-properties)';
const imports = 'eslint(no-restricted-imports)';
const sort = 'typescript(require-array-sort-compare)';

/** What must not be in the core, and the rule that says so. */
const refused: readonly (readonly [code: string, rule: string])[] = [
  ['export const at = Date.now();', globals],
  ['export const at = new Date(0).getFullYear();', globals],
  ['export const at = performance.now();', globals],
  ['setTimeout(() => undefined, 1);', globals],
  ['queueMicrotask(() => undefined);', globals],
  ['export const id = crypto.randomUUID();', globals],
  ['export const some = new Intl.Collator();', globals],
  ["export const x = parseFloat('1.5');", globals],
  ['export const x = new Float64Array(1);', globals],
  ['export const x = Number(1) / 3 === Infinity;', globals],
  ['export const home = process.env;', globals],
  ['export const bytes = Buffer.alloc(1);', globals],
  ['export const all = globalThis;', globals],
  ["void fetch('http://localhost/');", globals],
  ['export const kept = new WeakRef({});', globals],
  ['console.log(1);', globals],
  ['export const x = Math.random();', properties],
  ['export const x = Math.sqrt(2);', properties],
  ['export const x = Math.round(2);', properties],
  ["export const x = Number.parseFloat('1');", properties],
  ['export const x = Number.EPSILON;', properties],
  ['export const text = (1234).toLocaleString();', properties],
  ["export const order = 'a'.localeCompare('b');", properties],
  ["export const upper = 'i'.toLocaleUpperCase();", properties],
  ['export const text = (1234).toFixed(1);', properties],
  ['export const x = new DataView(new ArrayBuffer(8)).getFloat64(0);', properties],
  ["import { readFileSync } from 'node:fs';\nexport const x = readFileSync;", imports],
  ["import fs from 'fs';\nexport const x = fs;", imports],
  ["import { encode } from '@ipld/dag-cbor';\nexport const x = encode;", imports],
  ["import { open } from 'lmdb';\nexport const x = open;", imports],
  ['export const x = [3, 1].sort();', sort],
  ["export const x = ['b', 'a'].toSorted();", sort],
];

/** What the core does have. */
const fine = [
  'export const low = (x: number): number => Math.floor(x / 2) + Math.min(x, 3);',
  'export const x = [3, 1].sort((a, b) => a - b);',
  "import { sha256 } from '#sha256';\nimport { decode } from 'cborg';\nimport { y } from './y.ts';\nexport const x = [sha256, decode, y];",
  'export const is = (x: number): boolean => Number.isSafeInteger(x) && x <= Number.MAX_SAFE_INTEGER;',
];

interface Finding {
  readonly filename: string;
  readonly code: string;
}

describe('the fence round the core', () => {
  const found = new Map<string, string[]>();

  beforeAll(async () => {
    using folder = mkdtempDisposableSync(join(tmpdir(), 'careledger-test-'));
    const at = (...parts: string[]): string => join(folder.path, ...parts);
    for (const layer of ['src/ledger/deep', 'src/base', 'src/engine']) mkdirSync(at(layer), { recursive: true });
    for (const name of ['.oxlintrc.json', '.oxlintrc.core.json', 'tsconfig.json']) copyFileSync(join(root, name), at(name));
    symlinkSync(join(root, 'node_modules'), at('node_modules'));
    for (const [layer, suffix] of [
      ['src/ledger/deep', ''],
      ['src/base', ''],
      ['src/base', '.node'],
      ['src/engine', ''],
    ] as const) {
      refused.forEach(([code], i) => writeFileSync(at(layer, `refused-${i}${suffix}.ts`), `${code}\n`));
      fine.forEach((code, i) => writeFileSync(at(layer, `fine-${i}${suffix}.ts`), `${code}\n`));
    }
    const program = join(root, 'node_modules/oxlint/bin/oxlint');
    const run = promisify(execFile)(process.execPath, [program, '--type-aware', '-f', 'json', 'src'], { cwd: folder.path, maxBuffer: 64_000_000 });
    // It ends with an error, since it finds what it is to find.
    const { stdout } = await run.catch((error: { stdout: string }) => error);
    for (const { filename, code } of (JSON.parse(stdout) as { diagnostics: Finding[] }).diagnostics)
      found.set(filename, [...(found.get(filename) ?? []), code]);
  });

  it('refuses each of them in the ledger and in the pure part of the base', () => {
    for (const layer of ['src/ledger/deep', 'src/base'])
      for (const [i, [code, rule]] of refused.entries()) expect(found.get(`${layer}/refused-${i}.ts`), code).toContain(rule);
  });

  it('refuses none of them elsewhere: an engine has a clock and a disk', () => {
    const fence = [globals, properties, imports, sort];
    for (const i of refused.keys())
      for (const file of [`src/engine/refused-${i}.ts`, `src/base/refused-${i}.node.ts`])
        expect((found.get(file) ?? []).filter((code) => fence.includes(code))).toEqual([]);
  });

  it('lets pass what the core is made of', () => {
    for (const i of fine.keys()) expect(found.get(`src/ledger/deep/fine-${i}.ts`) ?? []).toEqual([]);
  });
});
