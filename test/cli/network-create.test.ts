/** `network create` with something wrong on purpose: said in the words of who typed it, and nothing is made. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../support/ledger.ts';

const program = new URL('../../src/cli/main.ts', import.meta.url).pathname;

it.each([
  ['an id in capitals', ['--organisations', 'A,b'], '"A" is not an id'],
  ['an id twice', ['--organisations', 'a,a'], 'different ids'],
  ['a port that is none', ['--organisations', 'a,b', '--port', '99999'], '--port'],
])('%s is refused', async (_what, args, words) => {
  using folder = temporaryFolder();
  const home = join(folder.path, 'network');
  const refused = promisify(execFile)(process.execPath, [program, 'network', 'create', '--home', home, ...args, '--json']);
  const { stdout } = await refused.then(
    () => ({ stdout: '{}' }),
    (cause: { stdout: string }) => cause,
  );
  expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'organisation.option', message: expect.stringContaining(words) } });
  expect(existsSync(home)).toBe(false);
});
