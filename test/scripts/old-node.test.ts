/**
 * `npm start` begins on whatever Node.js the machine has: `bin/` and `scripts/*.mjs` must be read and run by the oldest one that the README
 * names. The product itself runs on the Node.js of the lockfile.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';

const root = path.join(import.meta.dirname, '../..');
const oldest = Number(
  />=(\d+)/.exec((JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { engines: { node: string } }).engines.node)![1],
);
const files = ['bin', 'scripts', 'scripts/lib'].flatMap((folder) =>
  readdirSync(path.join(root, folder))
    .filter((name) => name.endsWith('.mjs'))
    .map((name) => path.join(folder, name)),
);

/** A Node.js of the oldest supported version on this machine, outside the repository. */
function oldNode(): string | undefined {
  const named = process.env['CARELEDGER_OLD_NODE'];
  const onPath = (process.env['PATH'] ?? '')
    .split(path.delimiter)
    .filter((folder) => !folder.startsWith(root))
    .map((folder) => path.join(folder, 'node'));
  const found = [...(named === undefined ? [] : [named]), ...onPath].filter((file) => existsSync(file));
  const old = found.find(
    (file) => spawnSync(file, ['-p', 'process.versions.node.split(".")[0]'], { encoding: 'utf8' }).stdout.trim() === String(oldest),
  );
  if (old === undefined) console.warn(`skipped: no Node.js ${oldest} on this machine (name one in CARELEDGER_OLD_NODE)`);
  return old;
}

test('there are scripts to look at', () => expect(files.length).toBeGreaterThan(8));

test('the scripts import nothing but Node.js and each other', () => {
  for (const file of files)
    for (const [, from] of readFileSync(path.join(root, file), 'utf8').matchAll(/(?:from|import\() ?'([^']+)'/g))
      expect(from, file).toMatch(/^(node:|\.\.?\/)/);
});

const node = oldNode();
describe.skipIf(node === undefined)(`Node.js ${oldest}`, () => {
  test.each(files)('reads %s', (file) => {
    execFileSync(node!, ['--check', path.join(root, file)]);
  });

  test('loads every module of scripts/lib', () => {
    const modules = files.filter((file) => file.startsWith('scripts/lib')).map((file) => path.join(root, file));
    execFileSync(node!, ['--input-type=module', '-e', modules.map((file) => `await import(${JSON.stringify(file)});`).join('\n')]);
  });

  test('hands over to the Node.js of the lockfile', () => {
    const { status, stdout, stderr } = spawnSync(node!, [path.join(root, 'bin/careledger.mjs'), '--help'], { encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toContain('Usage: careledger');
  });
});
