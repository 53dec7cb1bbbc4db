import { expect, test } from 'vitest';
import { startSandbox } from '../support/sandbox.ts';
import { damageRandomly } from './damage.ts';

const CHANGES = Number(process.env['CARELEDGER_BYTE_CHANGES'] ?? 1000);

test(`${CHANGES} changes of one byte in a whole sandbox: verify notices each`, async () => {
  const seed = Number(process.env['CARELEDGER_SEED'] ?? Date.now() % 1_000_000);
  console.log(`seed ${seed} (CARELEDGER_SEED=${seed} repeats the changes on a sandbox with the same content)`);
  await using sandbox = await startSandbox({ people: 2, anchorIntervalMs: 200 });
  await new Promise((resolve) => setTimeout(resolve, 1000));
  await sandbox.stop();
  const { noticed, tables, withoutEffect, unnoticed, afterwards } = await damageRandomly(sandbox, CHANGES, seed);
  console.log(JSON.stringify({ noticed, tables: [...tables].toSorted(), withoutEffect, unnoticed }));
  expect(unnoticed).toEqual([]);
  expect(tables.size).toBe(10);
  expect(afterwards.ledger.findings).toEqual([]);
  expect(afterwards.organisations.flatMap(({ findings }) => findings)).toEqual([]);
});
