import { describe, expect, it } from 'vitest';
import { fuzz } from './fuzz.ts';
import { targets } from './targets/all.ts';

/** Both lengths of the run: a short one with every change, a long one now and then. */
export function fuzzDecoders(inputs: number): void {
  const seed = Number(process.env['CARELEDGER_FUZZ_SEED'] ?? 20_261_123);
  const total = Number(process.env['CARELEDGER_FUZZ_INPUTS'] ?? inputs);
  const only = process.env['CARELEDGER_FUZZ_ONLY'];

  describe('decoders of bytes from outside', () => {
    it(`answer ${total} mutated inputs (seed ${seed})`, { timeout: 7_200_000 }, async () => {
      const before = process.memoryUsage.rss();
      const { inputs: done, accepted, refused, slowestMs } = await fuzz(targets, total, seed, only);
      const grown = Math.round((process.memoryUsage.rss() - before) / 1_048_576);
      console.info(`${done} inputs, ${targets.length} decoders; slowest ${slowestMs.toFixed(0)} ms; memory grew by ${grown} MB`);
      if (only !== undefined) return;
      expect(done).toBeGreaterThanOrEqual(total);
      // A target whose mutants are all refused, or all accepted, would be tested by nothing.
      for (const { name } of targets) {
        expect(accepted.get(name) ?? 0, `accepted by ${name}`).toBeGreaterThan(0);
        expect(refused.get(name) ?? 0, `refused by ${name}`).toBeGreaterThan(0);
      }
      expect(grown).toBeLessThan(1_024);
    });
  });
}
