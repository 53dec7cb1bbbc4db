import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = new URL('../../', import.meta.url).pathname;

const forbidden: readonly [RegExp, string][] = [
  [/\b(Date|performance|Temporal)\b/, 'a clock'],
  [/\bset(Timeout|Interval|Immediate)\b|\bqueueMicrotask\b/, 'a timer'],
  [/\bMath\.random\b|\bgetRandomValues\b|\brandomBytes\b|\brandomUUID\b/, 'randomness'],
  [/\bprocess\b|\bglobalThis\b|\bBuffer\b/, 'the process it runs in'],
  [/['"]node:|\brequire\(|\bimport\(/, 'a part of Node'],
  [/\bfetch\(|\bXMLHttpRequest\b|\bWebSocket\b/, 'the network'],
  [/\bIntl\b|toLocale|localeCompare/, 'a locale'],
  [/\bMath\.(?!(floor|ceil|trunc|min|max|imul|clz32)\b)\w+/, 'floating point'],
  [/(?<![\w.])\d+\.\d+(?![\w.])|\bparseFloat\b|\bFloat(16|32|64)Array\b|\b(get|set)Float/, 'floating point'],
  [/(?<![\w.])\d[\d_]*e[+-]?\d|\bNaN\b|\bInfinity\b|\.to(Fixed|Precision|Exponential)\b|\*\* -/, 'floating point'],
  [/\.(sort|toSorted)\(\)/, 'an order that nobody chose'],
  [/\b(WeakRef|FinalizationRegistry|SharedArrayBuffer|Atomics)\b/, 'what the collector or another thread does'],
  [/^(export )?let /m, 'state of a module'],
];

/** The only divisions that are not rounded down on the spot: where there is no remainder, and why there is none. */
const withoutRemainder: readonly (readonly [RegExp, string])[] = [
  [/\b(index|node) = \(\1 - 1\) \/ 2;/g, 'the index of a right child is odd'],
  [/\bnode \/= 2;/g, 'the loop goes on while it is even'],
  [/\bindex: at \/ span\b/g, 'a full subtree begins at a multiple of its span'],
  [/\{ length: \w+\.length \/ (2|32) \}/g, 'other lengths were refused'],
  [/Number\(BigInt\(time\) \/ MILLISECONDS_A_DAY\)/g, 'a division of bigints rounds by itself'],
];
const roundedDown = /Math\.floor\((?:[^()]|\([^()]*\))*? \/ [\w.]+\)/g;

function divisions(code: string): readonly string[] {
  const rest = withoutRemainder.reduce((text, [known]) => text.replace(known, ''), code.replace(roundedDown, ''));
  return rest.split('\n').filter((line) => / \/ | \/= /.test(line));
}

/** Without comments and strings: what is said about the code does not count. Imports keep their paths. */
const codeOf = (text: string): string =>
  text
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/^\s*\/\/.*$|\s\/\/ .*$/gm, '')
    .replace(/`(?:[^`\\]|\\.)*`/g, (literal) => (literal.match(/\$\{[^}]*\}/g) ?? []).join(' '))
    .split('\n')
    .map((line) => (/^(import|export) /.test(line) ? line : line.replace(/'(?:[^'\\]|\\.)*'/g, "''")))
    .join('\n');

const files = (folder: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name));

const core = [...files('src/ledger'), ...files('src/base').filter((file) => !file.endsWith('.node.ts'))];

describe('P5: the ledger core is a pure function', () => {
  it('sees the files it is about', () => {
    expect(core.length).toBeGreaterThan(30);
    expect(core).toContain('src/ledger/execution/execute-block.ts');
  });

  it('would notice each of them', () => {
    const samples = [
      'new Date()',
      'performance.now()',
      'setTimeout(f)',
      'Math.random()',
      'process.pid',
      "import 'node:fs';",
      'fetch(url)',
      'a.toLocaleString()',
      'Math.sqrt(2)',
      'x * 0.5',
      'let counter = 0;',
      'new Date(0)',
      'Temporal.Now.instant()',
      'x < 1e3',
      'x.toFixed(2)',
      'Infinity',
      'names.sort()',
      'names.toSorted()',
      "parseFloat('1')",
      'new WeakRef(x)',
      'const half = x / 2;',
      'x /= 3;',
      'Math.floor(x / 2) / 2',
    ];
    for (const sample of samples) expect(problems(sample), sample).not.toEqual([]);
  });

  it('lists no division that is not there', () => {
    const everything = core.map((file) => codeOf(readFileSync(join(root, file), 'utf8'))).join('\n');
    expect(withoutRemainder.filter(([known]) => everything.search(known) < 0)).toEqual([]);
  });

  for (const file of core)
    it(file, () => {
      expect(problems(readFileSync(join(root, file), 'utf8'))).toEqual([]);
    });
});

function problems(text: string): string[] {
  const code = codeOf(text);
  return [
    ...forbidden.filter(([pattern]) => pattern.test(code)).map(([pattern, what]) => `${what}: ${pattern.exec(code)![0]}`),
    ...divisions(code).map((line) => `a fraction: ${line.trim()}`),
  ];
}
