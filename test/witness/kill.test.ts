/** A witness that is killed at any moment: what it has answered it remembers, and it never cosigns what contradicts that. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';
import { unwrap } from '../../src/base/result.ts';
import { witnessName } from '../../src/ledger/checkpoint/checkpoint.ts';
import { openWitness } from '../../src/witness/witness.ts';
import { seedOf, temporaryFolder } from '../support/ledger.ts';
import { chainId, logKey, origin, testLog } from './support.ts';

const KILLS = 6;
const SIZE = 4000;
const program = path.join(import.meta.dirname, 'killed-child.ts');

/** Offers ever larger checkpoints as fast as they are answered, and kills the process while one is on its way. The largest answered size. */
async function runAndKill(directory: string, log: ReturnType<typeof testLog>, from: number, afterMs: number): Promise<number> {
  const child = spawn(process.execPath, [program, directory], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  child.stdin.on('error', () => undefined);
  expect((await lines.next()).value).toBe('open');
  let answered = from;
  const timer = setTimeout(() => child.kill('SIGKILL'), afterMs);
  for (let size = from + 1; size <= SIZE; size++) {
    child.stdin.write(`${Buffer.from(log.request(answered, size)).toString('base64')}\n`);
    const { value, done } = await lines.next();
    if (done === true) break;
    const [status, body] = (value as string).split(' ');
    if (status === '200') answered = size;
    // Killed between remembering and answering: it says itself what it has.
    else if (status === '409') answered = Number(Buffer.from(body!, 'base64').toString());
    else throw new Error(`${status} at ${size}`);
  }
  clearTimeout(timer);
  child.kill('SIGKILL');
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return answered;
}

test(`killed ${KILLS} times: nothing that was answered is forgotten, and another history is refused after each`, async () => {
  using folder = temporaryFolder();
  const honest = testLog(SIZE);
  const other = testLog(SIZE, 'b', 0);
  let answered = 0;
  for (let kill = 0; kill < KILLS; kill++) {
    answered = await runAndKill(folder.path, honest, answered, 20 + kill * 15);
    const witness = unwrap(
      await openWitness({
        directory: folder.path,
        name: witnessName(chainId, 'clinic'),
        seed: seedOf('clinic'),
        logKeys: async () => [logKey],
        now: Date.now,
      }),
    );
    const size = witness.newest(origin)?.checkpoint.size ?? 0;
    expect(size).toBeGreaterThanOrEqual(answered);
    // At most the one request that was on its way has been remembered without an answer.
    expect(size).toBeLessThanOrEqual(answered + 1);
    if (size === 0) continue;
    expect(witness.newest(origin)!.checkpoint).toEqual(honest.checkpoint(size));
    expect((await witness.add(other.request(size, size))).status).toBe(409);
    expect((await witness.add(other.request(size, size + 1))).status).toBe(422);
    answered = size;
  }
  expect(answered).toBeGreaterThan(KILLS);
}, 60_000);
