/** `verify` of receipts: the exit code is what a script goes by, so one receipt that does not hold is enough for it. */
import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unwrap } from '../../src/base/result.ts';
import { encodeGenesis } from '../../src/ledger/genesis/genesis.ts';
import { encodeTransactionReceipt } from '../../src/ledger/receipts/transaction-receipt.ts';
import { genesis, newLedger, openGrant, temporaryFolder, transactionOf } from '../support/ledger.ts';

const program = new URL('../../src/cli/main.ts', import.meta.url).pathname;
const folder = temporaryFolder();
const at = (...names: readonly string[]): string => join(folder.path, ...names);

interface Outcome {
  readonly code: number;
  readonly json: { readonly holds?: boolean; readonly folders?: readonly { readonly receipts: number; readonly held: number }[] };
}

const verify = (...args: readonly string[]): Promise<Outcome> =>
  new Promise((resolve) => {
    const child = execFile(process.execPath, [program, 'verify', ...args, '--json'], (_, stdout) =>
      resolve({ code: child.exitCode ?? -1, json: JSON.parse(stdout) as Outcome['json'] }),
    );
  });

beforeAll(async () => {
  const ledger = await newLedger(at('ledger'));
  mkdirSync(at('all'));
  mkdirSync(at('one-harmed'));
  for (const name of ['a', 'b', 'c']) {
    const { hash, logIndex } = unwrap(await ledger.submit(transactionOf('hospital', [openGrant()])));
    const subject = (await ledger.transaction(hash))!.bytes;
    const receipt = encodeTransactionReceipt({ about: 'transaction', subject, ledger: await ledger.receipt(logIndex) });
    writeFileSync(at('all', `${name}.cbor`), receipt);
    const harmed = Uint8Array.from(receipt);
    if (name === 'b') harmed[harmed.length - 30]! ^= 1;
    writeFileSync(at('one-harmed', `${name}.cbor`), harmed);
  }
  await ledger.close();
  writeFileSync(at('genesis.cbor'), encodeGenesis(genesis));
  writeFileSync(at('other.cbor'), encodeGenesis({ ...genesis, chainId: 'other-ledger' }));
});
afterAll(() => folder[Symbol.dispose]());

const trust = (name: string): readonly string[] => ['--trust', at(name)];

describe('verify', { timeout: 60_000 }, () => {
  it('succeeds when all hold', async () => {
    expect(await verify(at('all', 'a.cbor'), at('all', 'b.cbor'), ...trust('genesis.cbor'))).toMatchObject({ code: 0, json: { holds: true } });
    expect(await verify(at('all'), ...trust('genesis.cbor'))).toMatchObject({ code: 0, json: { holds: true, folders: [{ receipts: 3, held: 3 }] } });
  });

  it('fails when one does not, among others and in a folder', async () => {
    const files = ['a', 'b', 'c'].map((name) => at('one-harmed', `${name}.cbor`));
    expect(await verify(...files, ...trust('genesis.cbor'))).toMatchObject({ code: 1, json: { holds: false } });
    expect(await verify(at('one-harmed'), ...trust('genesis.cbor'))).toMatchObject({
      code: 1,
      json: { holds: false, folders: [{ receipts: 3, held: 2 }] },
    });
  });

  it('fails when they are of another ledger than the one that is trusted', async () => {
    expect(await verify(at('all', 'a.cbor'), ...trust('other.cbor'))).toMatchObject({ code: 1, json: { holds: false } });
  });
});
