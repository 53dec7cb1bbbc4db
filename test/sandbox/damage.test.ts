import { expect, test } from 'vitest';
import { startSandbox } from '../support/sandbox.ts';
import { damageRandomly } from './damage.ts';

// The long form, with 1,000 changes, is `npm run test:crash -- test/sandbox/damage`.
test('fifty changes of one byte, in rows, block file and ledger index of a whole sandbox: verify notices each', async () => {
  await using sandbox = await startSandbox({ people: 2, anchorIntervalMs: 200 });
  await new Promise((resolve) => setTimeout(resolve, 1000));
  await sandbox.stop();
  const report = await damageRandomly(sandbox, 50, Number(process.env['CARELEDGER_SEED'] ?? 1));
  expect(report.unnoticed).toEqual([]);
  expect(Math.min(report.noticed.row, report.noticed.blocks, report.noticed.index)).toBeGreaterThan(0);
  expect(report.afterwards.ledger.findings).toEqual([]);
  expect(report.afterwards.organisations.flatMap(({ findings }) => findings)).toEqual([]);
});
