import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { concat } from '../../src/base/bytes.ts';
import { encodeCbor, type Cbor } from '../../src/base/cbor.ts';
import { encodeFrame, FILE_MARK } from '../../src/engine/disk/blocks/frame.ts';
import { verifyBlocks } from '../../src/engine/disk/verify-blocks.ts';
import { openEmbeddedLedger } from '../../src/engine/embedded/open.ts';
import { genesis, keyOf, newLedger, seedOf, temporaryFolder } from '../support/ledger.ts';

it('a ledger with a genesis of an earlier pre-release is refused with what to do, and left as it is', async () => {
  using folder = temporaryFolder();
  const { chainId, time, members } = genesis;
  const old = { v: 1, chainId, time, authority: keyOf('authority'), proposer: keyOf('node'), members } as unknown as Cbor;
  const file = join(folder.path, 'blocks.clg');
  const bytes = concat(FILE_MARK, encodeFrame('genesis', 0, encodeCbor(old)));
  writeFileSync(file, bytes);
  expect(await openEmbeddedLedger({ directory: folder.path, nodeSeed: seedOf('node') })).toMatchObject({
    ok: false,
    error: { code: 'ledger.old-genesis', hint: expect.stringContaining('--data DIR') },
  });
  expect(new Uint8Array(readFileSync(file))).toEqual(new Uint8Array(bytes));
});

it('a block file of an earlier pre-release is refused by its mark, and left as it is', async () => {
  using folder = temporaryFolder();
  await (await newLedger(folder.path)).close();
  const file = join(folder.path, 'blocks.clg');
  const bytes = readFileSync(file);
  bytes[FILE_MARK.length - 1]!--;
  writeFileSync(file, bytes);
  const refused = { code: 'ledger.old-genesis', hint: expect.stringContaining('--data DIR') };
  expect(await openEmbeddedLedger({ directory: folder.path, nodeSeed: seedOf('node') })).toMatchObject({ ok: false, error: refused });
  expect(await verifyBlocks({ directory: folder.path })).toMatchObject({ holds: false, findings: [{ code: refused.code }] });
  expect(readFileSync(file)).toEqual(bytes);
});
