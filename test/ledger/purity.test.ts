import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = new URL('../../', import.meta.url).pathname;

const forbidden: readonly [RegExp, string][] = [
  [/\bnew Date\(\)|\bDate\.now\b|\bDate\(\)/, 'a clock'],
  [/\bperformance\b/, 'a clock'],
  [/\bset(Timeout|Interval|Immediate)\b|\bqueueMicrotask\b/, 'a timer'],
  [/\bMath\.random\b|\bgetRandomValues\b|\brandomBytes\b|\brandomUUID\b/, 'randomness'],
  [/\bprocess\b|\bglobalThis\b|\bBuffer\b/, 'the process it runs in'],
  [/['"]node:|\brequire\(|\bimport\(/, 'a part of Node'],
  [/\bfetch\(|\bXMLHttpRequest\b|\bWebSocket\b/, 'the network'],
  [/\bIntl\b|toLocale|localeCompare/, 'a locale'],
  [/\bMath\.(?!floor\b|min\b|max\b|ceil\b)\w+/, 'floating point'],
  [/(?<![\w.])\d+\.\d+(?![\w.])|\bparseFloat\b|\bFloat(16|32|64)Array\b|\b(get|set)Float/, 'floating point'],
  [/^(export )?let /m, 'state of a module'],
];

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
    ];
    for (const sample of samples) expect(problems(sample), sample).not.toEqual([]);
  });

  for (const file of core)
    it(file, () => {
      expect(problems(readFileSync(join(root, file), 'utf8'))).toEqual([]);
    });
});

function problems(text: string): string[] {
  const code = codeOf(text);
  return forbidden.filter(([pattern]) => pattern.test(code)).map(([pattern, what]) => `${what}: ${pattern.exec(code)![0]}`);
}
