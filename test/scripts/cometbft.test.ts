/** Who pays for CometBFT: building it takes a minute, and nobody waits for that to be told that there is nothing to run. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { DEFAULT_HOME } from '../../src/cli/network-home.ts';
import { HOME_FILE } from '../../src/organisation/home-file.ts';
import { NETWORK_FILE } from '../../src/organisation/network-file.ts';
import { temporaryFolder } from '../support/ledger.ts';

const { asksForCometbft, commandsOnCometbft } = (await import(
  pathToFileURL(path.join(import.meta.dirname, '../../scripts/lib/cometbft.mjs')).href
)) as {
  asksForCometbft(args: readonly string[]): boolean;
  commandsOnCometbft: Readonly<Record<string, { readonly file: string; readonly home: string | undefined }>>;
};

test('the engine is looked for where there is a network or a home to run, and nowhere else', () => {
  using folder = temporaryFolder();
  const home = path.join(folder.path, 'a');
  const asks = (...args: readonly string[]): boolean => asksForCometbft(args);
  expect(asks('network', 'up', '--home', folder.path)).toBe(false);
  expect(asks('node', 'start', '--home', home)).toBe(false);
  expect(asks('node', 'start')).toBe(false);
  writeFileSync(path.join(folder.path, NETWORK_FILE), '{}');
  mkdirSync(home);
  writeFileSync(path.join(home, HOME_FILE), '{}');
  expect(asks('network', 'up', '--home', folder.path)).toBe(true);
  expect(asks('network', 'up', `--home=${folder.path}`)).toBe(true);
  expect(asks('node', 'start', '--home', home, '--from-snapshot')).toBe(true);
  expect(asks('network', 'up', '--home', folder.path, '--help')).toBe(false);
  expect(asks('network', 'status', '--home', folder.path)).toBe(false);
  expect(asks('start', '--engine', 'cometbft')).toBe(true);
  expect(asks('start', '--engine=embedded')).toBe(false);
});

test('it looks for the files that the commands look for', () => {
  expect(commandsOnCometbft).toEqual({
    'network up': { file: NETWORK_FILE, home: DEFAULT_HOME },
    'node start': { file: HOME_FILE, home: undefined },
  });
});
