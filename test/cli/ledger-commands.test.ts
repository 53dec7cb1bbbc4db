/** `ledger export`, `ledger prune`, `ledger import` and `verify` of an export, as somebody runs them. */
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { unwrap } from '../../src/base/result.ts';
import { verifyBlocks } from '../../src/engine/disk/verify-blocks.ts';
import { encodeGenesis } from '../../src/ledger/genesis/genesis.ts';
import { genesis, newLedger, openGrant, temporaryFolder, transactionOf } from '../support/ledger.ts';

const program = new URL('../../src/cli/main.ts', import.meta.url).pathname;

async function careledger(...args: readonly string[]): Promise<{ readonly ok: boolean; readonly json: Record<string, unknown> }> {
  const run = promisify(execFile)(process.execPath, [program, ...args, '--json']);
  const { stdout, ok } = await run.then(
    (done) => ({ ...done, ok: true }),
    (cause: { stdout: string }) => ({ stdout: cause.stdout, ok: false }),
  );
  return { ok, json: stdout === '' ? {} : (JSON.parse(stdout) as Record<string, unknown>) };
}

it('a ledger is exported, checked, pruned, and gone on with by a network', { timeout: 120_000 }, async () => {
  using folder = temporaryFolder();
  const at = (name: string): string => join(folder.path, name);
  const ledger = await newLedger(at('ledger'));
  for (let i = 0; i < 12; i++) unwrap(await ledger.submit(transactionOf('hospital', [openGrant()])));
  await ledger.close();
  writeFileSync(at('genesis.cbor'), encodeGenesis(genesis));
  writeFileSync(at('other.cbor'), encodeGenesis({ ...genesis, time: genesis.time + 1 }));

  expect(await careledger('ledger', 'export', '--ledger', at('ledger'), '--out', at('old.clx'))).toMatchObject({ ok: true, json: { height: 12 } });
  expect(await careledger('verify', at('old.clx'), '--trust', at('genesis.cbor'))).toMatchObject({
    ok: true,
    json: { holds: true, trusted: true, executedBlocks: 13, prunedBlocks: 0, transactions: 12 },
  });
  expect(await careledger('verify', at('old.clx'), '--trust', at('other.cbor'))).toMatchObject({ ok: false, json: { holds: false } });
  const damaged = readFileSync(at('old.clx'));
  damaged[damaged.length - 40]! ^= 1;
  writeFileSync(at('damaged.clx'), damaged);
  expect(await careledger('verify', at('damaged.clx'))).toMatchObject({ ok: false, json: { holds: false, executedBlocks: 12 } });

  expect(await careledger('ledger', 'prune', '--ledger', at('ledger'), '--keep', '4')).toMatchObject({ ok: true, json: { height: 8 } });
  expect((await careledger('ledger', 'prune', '--ledger', at('ledger'), '--keep', 'all')).ok).toBe(false);
  expect(await verifyBlocks({ directory: at('ledger') })).toMatchObject({ holds: true, pruned: 9, findings: [] });

  expect((await careledger('network', 'create', '--organisations', 'north,south', '--home', at('network'), '--ledger-only')).ok).toBe(true);
  const imported = await careledger('ledger', 'import', at('old.clx'), '--home', at('network'));
  expect(imported).toMatchObject({ ok: true, json: { height: 13, previous: { chainId: genesis.chainId, height: 12, logSize: 12 } } });
  for (const home of ['north', 'south'])
    expect(await verifyBlocks({ directory: join(at('network'), home, 'ledger') })).toMatchObject({
      holds: true,
      pruned: 13,
      head: { height: 13 },
      findings: [],
    });
  expect((await careledger('ledger', 'import', at('old.clx'), '--home', at('network'))).ok).toBe(false);
});
