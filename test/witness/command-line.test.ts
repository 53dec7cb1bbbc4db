/** `careledger witness` as somebody runs it who has no part in the network: key, start, cosign, kill, start again. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { unwrap } from '../../src/base/result.ts';
import { parseVerifierKey, verifierKey } from '../../src/ledger/checkpoint/note-key.ts';
import { startCheckpoints, type Checkpoints } from '../../src/witness/checkpoints.ts';
import { httpWitness } from '../../src/witness/witness-port.ts';
import { careledger } from '../support/sandbox.ts';
import { temporaryFolder } from '../support/ledger.ts';
import { logKey, logSeed, testLog } from './support.ts';

const program = path.join(import.meta.dirname, '../../src/cli/main.ts');
const running: ChildProcess[] = [];
afterEach(() => running.forEach((child) => child.kill('SIGKILL')));

/** Its URL and key, as it says them. */
async function start(directory: string): Promise<{ readonly child: ChildProcess; readonly url: string; readonly key: string }> {
  const args = ['witness', 'start', '--data', directory, '--port', '0', '--log', verifierKey(logKey)];
  const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  running.push(child);
  let text = '';
  for await (const chunk of child.stdout) {
    text += String(chunk);
    if (text.split('\n').length > 2) break;
  }
  const [key, url] = text.split('\n')[1]!.split(' ');
  return { child, key: key!, url: url! };
}

const honest = testLog(60);
const forked = testLog(60, 'b', 10);

test('an outside witness remembers over a kill; one directory has one witness', async () => {
  using folder = temporaryFolder();
  const directory = path.join(folder.path, 'witness');
  const named = await careledger(['witness', 'key', '--data', directory, '--name', 'outside.example/1']);
  expect(named).toMatchObject({ code: 0 });
  const offer = async (log: typeof honest, size: number, { key, url }: { readonly key: string; readonly url: string }): Promise<Checkpoints> => {
    const stop = new AbortController();
    const checkpoints = await startCheckpoints({
      ledger: log.ledger(() => size),
      seed: logSeed,
      witnesses: [httpWitness({ name: 'Outside', key: unwrap(parseVerifierKey(key)), url }, stop.signal)],
      directory: path.join(folder.path, `log ${Math.random()}`),
      intervalMs: 3_600_000,
      now: Date.now,
      onError: (cause) => console.error(cause),
    });
    await checkpoints.round();
    await checkpoints.close();
    return checkpoints;
  };

  const first = await start(directory);
  expect(first.key).toBe(named.stdout.trim());
  expect((await offer(honest, 21, first)).witnesses()[0]).toMatchObject({ cosigned: { size: 21 } });
  const second = await careledger(['witness', 'start', '--data', directory, '--port', '0', '--log', verifierKey(logKey)]);
  expect(second.code).toBe(1);
  expect(second.stderr).toContain('engine.locked');
  first.child.kill('SIGKILL');
  await once(first.child, 'exit');

  const again = await start(directory);
  expect(again.key).toBe(first.key);
  expect((await offer(forked, 35, again)).witnesses()[0]).toMatchObject({ problem: { code: 'witness.inconsistent' } });
  expect((await offer(honest, 35, again)).witnesses()[0]).toMatchObject({ cosigned: { size: 35 } });
  again.child.kill('SIGTERM');
  expect((await once(again.child, 'exit'))[0]).toBe(0);
}, 60_000);

test('says what it needs', async () => {
  using folder = temporaryFolder();
  const at = ['--data', folder.path];
  for (const args of [
    ['witness', ...at],
    ['witness', 'start', ...at],
    ['witness', 'start', ...at, '--log', 'no key'],
    ['witness', 'key', ...at, '--name', 'a b'],
  ]) {
    const { code, stderr } = await careledger(args);
    expect([code, stderr.includes('cli.usage')], args.join(' ')).toEqual([2, true]);
  }
}, 60_000);
