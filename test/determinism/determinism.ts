/** One random history, executed by everything that executes: one root. */
import { mkdtempDisposableSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { operationSchemas } from '../../src/ledger/operations.ts';
import { frequency } from './makers.ts';
import { throughApplication, throughEmbedded } from './engines.ts';
import { executed, replay, type Outcome } from './outcome.ts';
import { readRecording, record } from './recording.ts';
import { bundleReplay, otherNode, replayWith } from './runtimes.ts';
import { openScenario, scenario, type Scenario } from './scenario.ts';

/** What somebody has to be refused for in every history that is long enough to tell anything. */
const REFUSALS = [
  'ledger.malformed',
  'ledger.bad-signature',
  'ledger.wrong-chain',
  'ledger.expired',
  'ledger.expiry-too-far',
  'ledger.replayed',
  'ledger.not-a-member',
  'ledger.unknown-operation',
  'ledger.not-permitted',
];

export function executesAlike(transactions: number): void {
  const count = Number(process.env['CARELEDGER_TRANSACTIONS'] ?? transactions);
  const seed = Number(process.env['CARELEDGER_SEED'] ?? 20_261_123);
  const other = otherNode();
  if (!other) console.warn('skipped: no Node.js of another major on this machine (name one in CARELEDGER_OLD_NODE)');

  describe(`${count} random transactions (seed ${seed})`, { timeout: 7_200_000 }, () => {
    const folder = mkdtempDisposableSync(join(tmpdir(), 'careledger-determinism-'));
    const recording = join(folder.path, 'recording');
    let outcomes: ReadonlyMap<string, number>;
    let expected: Outcome;
    let played: Scenario;
    const start = () => ({ genesis: played.genesis, nodeSeed: played.proposerSeed });

    beforeAll(() => {
      played = scenario(seed, count);
      outcomes = record(recording, played);
      expected = replay(recording);
    }, 7_200_000);
    afterAll(() => folder.remove());

    it('are of every operation, accepted and refused for every general reason', () => {
      expect(Object.keys(frequency).toSorted()).toEqual([...operationSchemas.keys()].toSorted());
      console.info(`${JSON.stringify(Object.fromEntries(outcomes))}\n${JSON.stringify(expected)}`);
      expect([...outcomes.values()].reduce((sum, many) => sum + many, 0)).toBe(count);
      expect(expected).toMatchObject({ transactions: count, accepted: outcomes.get('accepted') });
      expect(expected.accepted).toBeGreaterThan(count / 3);
      expect(REFUSALS.filter((code) => !outcomes.has(code))).toEqual([]);
    });

    it(`give the same root on another major of Node.js${other ? ` (${other.version})` : ''}`, async ({ skip }) => {
      if (!other && process.env['CI']) expect.unreachable('no Node.js of another major on this machine (CARELEDGER_OLD_NODE)');
      if (!other) return skip();
      const { outcome, node, seconds } = await replayWith(other.path, await bundleReplay(folder.path, 'node'), recording);
      console.info(`Node.js ${node}: ${(count / seconds).toFixed(0)} transactions/s`);
      expect(node).toBe(other.version);
      expect(outcome).toEqual(expected);
    });

    it('give the same root with the hashes and signatures of a browser', async () => {
      const { outcome, seconds } = await replayWith(process.execPath, await bundleReplay(folder.path, 'web'), recording);
      console.info(`browser's implementations: ${(count / seconds).toFixed(0)} transactions/s`);
      expect(outcome).toEqual(expected);
    });

    it('give the same blocks through CometBFT’s interface', async () => {
      const { transactions: _, ...same } = expected;
      expect(await throughApplication(join(folder.path, 'application'), start(), readRecording(recording).blocks)).toEqual(same);
    });

    it('give one root in the blocks that the embedded engine makes of them, on both engines and in the core', async () => {
      const { outcome, blocks } = await throughEmbedded(join(folder.path, 'embedded'), openScenario(seed, count));
      expect(outcome.accepted).toBeGreaterThan(count / 3);
      expect(executed(played.genesis, blocks)).toMatchObject(outcome);
      expect(await throughApplication(join(folder.path, 'again'), start(), blocks)).toEqual(outcome);
    });

    it('give another root when one block of the history was made a millisecond later', () => {
      const changed = replay(recording, (block, index) => (index === 1 ? { ...block, time: block.time + 1 } : block));
      expect(changed).toMatchObject({ transactions: count, logRoot: expected.logRoot });
      expect(changed.stateRoot).not.toBe(expected.stateRoot);
    });
  });
}
