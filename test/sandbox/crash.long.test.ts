import { rmSync } from 'node:fs';
import { expect, test } from 'vitest';
import { temporaryDirectory } from '../support/sandbox.ts';
import { crashRepeatedly } from './crash.ts';

const KILLS = Number(process.env['CARELEDGER_KILLS'] ?? 200);

test(`${KILLS} times kill -9 under write load`, async () => {
  const seed = process.env['CARELEDGER_SEED'] ?? String(Date.now());
  console.log(`seed ${seed} (CARELEDGER_SEED=${seed} repeats the moments)`);
  const dataDirectory = temporaryDirectory();
  const report = await crashRepeatedly({
    kills: KILLS,
    seed,
    dataDirectory,
    async after(sandbox) {
      const { code, stdout, stderr } = await sandbox.cli('verify', '--all');
      expect(code, `${stdout}${stderr}`).toBe(0);
    },
  });
  console.log(JSON.stringify({ ...report, lost: report.lost.length, torn: report.torn.length }));
  expect(report.lost).toEqual([]);
  expect(report.torn).toEqual([]);
  rmSync(dataDirectory, { recursive: true, force: true });
});
