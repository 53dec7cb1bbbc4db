import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { unwrap } from '../../src/base/result.ts';
import { createNetwork } from '../../src/organisation/create-network.ts';
import { readHomeFile } from '../../src/organisation/home-file.ts';
import { temporaryFolder } from '../support/ledger.ts';
import { freeBasePort } from '../support/network.ts';

test('how long a home keeps transactions is in its file, and what would keep too few is refused', async () => {
  using folder = temporaryFolder();
  const directory = join(folder.path, 'net');
  unwrap(
    await createNetwork({
      directory,
      network: 'Test',
      organisations: ['north', 'south'].map((id) => ({ id, name: `The ${id}`, kind: 'hospital', host: '127.0.0.1' })),
      basePort: await freeBasePort(2),
      ledgerOnly: true,
    }),
  );
  const home = join(directory, 'north');
  const file = join(home, 'careledger.json');
  const before = JSON.parse(readFileSync(file, 'utf8')) as object;
  const read = (retain: unknown) => {
    writeFileSync(file, JSON.stringify({ ...before, retain }));
    return readHomeFile(home);
  };
  for (const retain of [undefined, { blocks: 1_000 }, { days: 30 }, { blocks: 50_000, days: 1 }])
    expect(unwrap(await read(retain)).retain).toEqual(retain);
  for (const retain of [{}, null, 30, { blocks: 999 }, { blocks: '5000' }, { days: 0 }, { days: 1.5 }, { blocks: 5_000, hours: 3 }])
    expect(await read(retain), JSON.stringify(retain)).toMatchObject({ ok: false, error: { code: 'organisation.incomplete' } });
});
