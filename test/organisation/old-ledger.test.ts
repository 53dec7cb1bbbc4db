/** A home of an organisation whose block file an earlier pre-release wrote. */
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { unwrap } from '../../src/base/result.ts';
import { createLedger } from '../../src/engine/disk/create-ledger.ts';
import { FILE_MARK } from '../../src/engine/disk/blocks/frame.ts';
import { encodeConsensusSeal } from '../../src/ledger/block/seal.ts';
import { createNetwork } from '../../src/organisation/create-network.ts';
import { readHomeFile } from '../../src/organisation/home-file.ts';
import { readGenesisFile } from '../../src/organisation/open-ledger.ts';
import { runOrganisation } from '../../src/organisation/run-organisation.ts';
import { temporaryFolder } from '../support/ledger.ts';
import { freeBasePort } from '../support/network.ts';

/** Every file with what is in it and when it was changed. */
const contentOf = (directory: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    readdirSync(directory, { recursive: true, encoding: 'utf8' })
      .map((name) => join(directory, name))
      .filter((path) => statSync(path).isFile())
      .map((path) => [path, `${statSync(path).mtimeMs} ${readFileSync(path, 'base64')}`]),
  );

test('is refused by the mark of the file, with what to do, and nothing in it is changed', async () => {
  using folder = temporaryFolder();
  const directory = join(folder.path, 'net');
  const organisations = ['north', 'south'].map((id) => ({ id, name: `The ${id}`, kind: 'hospital' as const, host: '127.0.0.1' }));
  unwrap(await createNetwork({ directory, network: 'Test', organisations, basePort: await freeBasePort(2), ledgerOnly: true }));
  const home = join(directory, 'north');
  const { chainId } = unwrap(await readHomeFile(home));
  unwrap(await createLedger(join(home, 'ledger'), unwrap(await readGenesisFile(home, chainId)), () => encodeConsensusSeal(0)));
  const file = join(home, 'ledger', 'blocks.clg');
  const bytes = readFileSync(file);
  bytes[FILE_MARK.length - 1]!--;
  writeFileSync(file, bytes);

  const before = contentOf(home);
  // The consensus engine is not started: any program will do.
  const options = { program: process.execPath, databaseUrl: undefined, anchorIntervalMs: 5_000, fromSnapshot: false };
  const ended = await runOrganisation({ ...options, home, signal: new AbortController().signal, note: () => undefined, ready: () => undefined });
  expect(ended).toMatchObject({ ok: false, error: { code: 'ledger.old-genesis', hint: expect.stringContaining('directory') as string } });
  expect(contentOf(home)).toEqual(before);
});
