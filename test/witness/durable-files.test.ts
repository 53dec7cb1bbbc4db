/** A witness that forgot in a power cut what it had signed could sign another history: it answers when what it signed can't be lost any more. */
import { beforeEach, expect, it, vi } from 'vitest';
import { unwrap } from '../../src/base/result.ts';
import { witnessName } from '../../src/ledger/checkpoint/checkpoint.ts';
import { openWitness } from '../../src/witness/witness.ts';
import { seedOf, temporaryFolder } from '../support/ledger.ts';
import { done } from '../support/recorded-files.ts';
import { chainId, logKey, testLog } from './support.ts';

vi.mock('node:fs/promises', async (original) => {
  const { recordedFiles } = await import('../support/recorded-files.ts');
  return recordedFiles(await original());
});

beforeEach(() => void (done.length = 0));

const honest = testLog(50);
const forked = testLog(50, 'b', 10);

it('what is cosigned, and what proves a split view, is durable with its name before the answer goes out', async () => {
  using folder = temporaryFolder();
  const witness = unwrap(
    await openWitness({
      directory: folder.path,
      name: witnessName(chainId, 'clinic'),
      seed: seedOf('clinic'),
      logKeys: async () => [logKey],
      now: () => Date.UTC(2026, 5, 1),
    }),
  );
  for (const [request, status, where] of [
    [honest.request(0, 20), 200, 'logs'],
    [honest.request(20, 33), 200, 'logs'],
    [forked.request(33, 33), 409, 'split-views'],
  ] as const) {
    done.length = 0;
    expect((await witness.add(request)).status).toBe(status);
    const [written, ...more] = done;
    const draft = written?.replace('write ', '') ?? '';
    expect(draft).toMatch(/\.new$/);
    expect(more).toEqual([`sync ${draft}`, `rename ${draft} ${draft.replace('.new', '')}`, `sync ${where}`]);
  }
});
