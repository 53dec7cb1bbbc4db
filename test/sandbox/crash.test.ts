import { rmSync } from 'node:fs';
import { expect, test } from 'vitest';
import { temporaryDirectory } from '../support/sandbox.ts';
import { crashRepeatedly } from './crash.ts';

// The long form, with 200 kills, is `npm run test:crash`.
test('ten times kill -9 under write load: every acknowledged write is there, nothing is torn, the whole checks out', async () => {
  const dataDirectory = temporaryDirectory();
  try {
    const report = await crashRepeatedly({
      kills: 10,
      seed: 'ten kills',
      dataDirectory,
      async after(sandbox) {
        const { code, stdout, stderr } = await sandbox.cli('verify', '--all', '--org', 'city-hospital');
        expect(code, `${stdout}${stderr}`).toBe(0);
      },
    });
    expect(report.lost).toEqual([]);
    expect(report.torn).toEqual([]);
    expect(report.acknowledged).toBeGreaterThan(50);
    expect(report.slowestStartMs).toBeLessThan(30_000);
  } finally {
    rmSync(dataDirectory, { recursive: true, force: true });
  }
});
