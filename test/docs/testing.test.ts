/** The page that says which test holds which promise names tests that exist, and leaves out no long one. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

const root = path.join(import.meta.dirname, '../..');
const page = readFileSync(path.join(root, 'docs/testing.md'), 'utf8');

test('every test that the page names is there', () => {
  const named = [...page.matchAll(/\btest\/[\w/.-]+/g)].map(([name]) => name.replace(/\.$/, ''));
  expect(named.length).toBeGreaterThan(25);
  expect(named.filter((name) => !existsSync(path.join(root, name)))).toEqual([]);
});

test('every long test is named', () => {
  const long = readdirSync(path.join(root, 'test'), { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.long.test.ts'));
  expect(long.length).toBeGreaterThanOrEqual(3);
  expect(long.filter((name) => !page.includes(`npm run test:crash -- test/${name}`))).toEqual([]);
});
