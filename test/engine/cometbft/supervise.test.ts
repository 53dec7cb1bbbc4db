/** Engine and application as one unit, with a stand-in for the engine: a script that lives, dies and speaks as it is told. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { CodedError } from '../../../src/base/result.ts';
import { startEngineProcess, type EngineProcess } from '../../../src/engine/cometbft/process/engine-process.ts';
import { endLeftover, endProcess, identityOf, isAlive, livingIdentity, writeIdentity } from '../../../src/engine/cometbft/process/identity.ts';
import { isFinal } from '../../../src/engine/cometbft/process/last-words.ts';
import { openLogFile, type LogFile } from '../../../src/engine/cometbft/process/log-file.ts';
import { superviseUnit, type ApplicationRun, type Unit } from '../../../src/engine/cometbft/process/supervise.ts';
import { temporaryFolder } from '../../support/ledger.ts';

const silent: LogFile = { write: () => undefined, close: () => undefined };
const backOff = { firstMs: 10, mostMs: 40, healthyMs: 60_000 };

/** A program that prints the lines and then lives until it is ended, or ends by itself. */
function standIn(folder: string, lines: readonly string[], end: 'lives' | 'ends'): string {
  const program = join(folder, 'engine.sh');
  const print = lines.map((line) => `echo '${line}'`).join('\n');
  writeFileSync(program, `#!/bin/sh\n${print}\n${end === 'lives' ? 'exec sleep 600' : 'exit 3'}\n`, { mode: 0o755 });
  return program;
}

const start = (folder: string, program: string): Promise<EngineProcess> =>
  startEngineProcess({ program, home: folder, rpcSocket: join(folder, 'rpc.sock'), log: silent });

async function until<T>(what: string, look: () => T | undefined | false): Promise<T> {
  for (let tries = 0; tries < 1_000; tries++) {
    const found = look();
    if (found !== undefined && found !== false) return found;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`not seen: ${what}`);
}

describe('a run of the engine', () => {
  test('ends when it is stopped, and leaves no note of itself', async () => {
    using folder = temporaryFolder();
    const engine = await start(folder.path, standIn(folder.path, [], 'lives'));
    const identity = identityOf(engine.pid)!;
    expect(livingIdentity(join(folder.path, 'cometbft.pid'))).toEqual(identity);
    await engine.stop();
    expect(isAlive(identity)).toBe(false);
    expect(existsSync(join(folder.path, 'cometbft.pid'))).toBe(false);
  });

  test('says why it ended, in its own words', async () => {
    using folder = temporaryFolder();
    const line = '{"level":"error","_msg":"error in proxyAppConn","err":"the socket is closed"}';
    const engine = await start(folder.path, standIn(folder.path, ['{"level":"info","_msg":"fine"}', line, '{"level":"info","_msg":"bye"}'], 'ends'));
    expect(await engine.ended).toMatchObject({ code: 'cometbft.ended', data: { cause: 'error in proxyAppConn: the socket is closed' } });
    await engine.stop();
  });

  test.each([
    [
      '{"level":"error","_msg":"CONSENSUS FAILURE!!!","err":"+2/3 committed an invalid block: wrong Block.Header.AppHash.  Expected AA, got BB"}',
      'lives',
    ],
    ['panic: state.AppHash does not match AppHash after replay. Got', 'ends'],
  ] as const)('tells a ledger that differs from the network’s: %s', async (line, end) => {
    using folder = temporaryFolder();
    const engine = await start(folder.path, standIn(folder.path, [line], end));
    expect((await engine.ended).code).toBe('cometbft.diverged');
    await engine.stop();
  });

  test('tells that its own data are older than the ledger', async () => {
    using folder = temporaryFolder();
    const line = '{"level":"error","_msg":"failed to start node","err":"error on replay: app block height (7) is higher than core (3)"}';
    const engine = await start(folder.path, standIn(folder.path, [line], 'ends'));
    const ended = await engine.ended;
    expect(ended.code).toBe('cometbft.ledger-ahead');
    // Another start would end the same way.
    expect(isFinal(ended)).toBe(true);
    await engine.stop();
  });

  test('that cannot even begin is an end too', async () => {
    using folder = temporaryFolder();
    const engine = await start(folder.path, join(folder.path, 'nothing-here'));
    expect((await engine.ended).code).toBe('cometbft.ended');
    await engine.stop();
  });

  test('left behind by a process that was killed is ended before the next one starts', async () => {
    using folder = temporaryFolder();
    const left = spawn('sleep', ['600']);
    writeIdentity(join(folder.path, 'cometbft.pid'), left.pid!);
    const identity = identityOf(left.pid!)!;
    left.kill('SIGSTOP');
    const engine = await start(folder.path, standIn(folder.path, [], 'lives'));
    expect(isAlive(identity)).toBe(false);
    await engine.stop();
  });

  /** A shell that does this, once it says that it has begun. */
  async function shell(script: string) {
    const child = spawn('sh', ['-c', `${script}; echo ready; while :; do sleep 0.02; done`], { stdio: ['ignore', 'pipe', 'ignore'] });
    await once(child.stdout, 'data');
    return { child, identity: identityOf(child.pid!)!, exit: once(child, 'exit') };
  }

  test('that is paused is asked to end all the same, and has time to', async () => {
    using folder = temporaryFolder();
    const file = join(folder.path, 'last-word');
    const { child, identity, exit } = await shell(`trap 'echo bye > ${file}; exit 0' TERM`);
    child.kill('SIGSTOP');
    await endProcess(identity, 10_000);
    expect(await exit).toEqual([0, null]);
    expect(readFileSync(file, 'utf8')).toBe('bye\n');
  });

  test('that does not listen is made to end', async () => {
    const { child, identity, exit } = await shell(`trap '' TERM`);
    try {
      await endProcess(identity, 200);
      expect(isAlive(identity)).toBe(false);
      expect(await exit).toEqual([null, 'SIGKILL']);
    } finally {
      child.kill('SIGKILL');
    }
  });

  test('a process that only has the number of the one left behind is let be', async () => {
    using folder = temporaryFolder();
    const other = spawn('sleep', ['600']);
    const file = join(folder.path, 'cometbft.pid');
    writeFileSync(file, `${other.pid} 1\n`);
    expect(await endLeftover(file, 100)).toBeUndefined();
    expect(other.exitCode).toBeNull();
    expect(identityOf(other.pid!)).toBeDefined();
    other.kill('SIGKILL');
  });
});

describe('engine and application as one unit', () => {
  function unitOf(
    folder: string,
    program: string,
  ): { unit: Unit; ends: CodedError[]; applications: { fail(error: CodedError): void; closed: boolean }[] } {
    const ends: CodedError[] = [];
    const applications: { fail(error: CodedError): void; closed: boolean }[] = [];
    const unit = superviseUnit({
      async startApplication(): Promise<ApplicationRun> {
        let fail!: (error: CodedError) => void;
        const failed = new Promise<CodedError>((resolve) => (fail = resolve));
        const entry = { fail, closed: false };
        applications.push(entry);
        return {
          failed,
          async close() {
            entry.closed = true;
          },
        };
      },
      startEngine: () => start(folder, program),
      onRunning: () => undefined,
      onEnded: (error) => ends.push(error),
      backOff,
    });
    return { unit, ends, applications };
  }

  test('an engine that is killed: the application ends, and both are there again', async () => {
    using folder = temporaryFolder();
    const { unit, ends, applications } = unitOf(folder.path, standIn(folder.path, [], 'lives'));
    const first = await until('an engine', () => unit.engine);
    process.kill(first.pid, 'SIGKILL');
    const second = await until('another engine', () => unit.engine !== first && unit.engine);
    expect(second.pid).not.toBe(first.pid);
    expect(applications.map(({ closed }) => closed)).toEqual([true, false]);
    expect(ends).toMatchObject([{ code: 'cometbft.ended', message: 'The consensus engine ended (SIGKILL) and is started again.' }]);
    expect(unit.restarts).toBe(1);
    await unit.stop();
    expect(identityOf(second.pid)).toBeUndefined();
    expect(applications.at(-1)!.closed).toBe(true);
  });

  test('an application that fails: the engine ends, and both are there again', async () => {
    using folder = temporaryFolder();
    const { unit, ends, applications } = unitOf(folder.path, standIn(folder.path, [], 'lives'));
    const first = await until('an engine', () => unit.engine);
    applications[0]!.fail({ code: 'cometbft.ended', message: 'the application broke' });
    await until('another engine', () => unit.engine !== first && unit.engine);
    expect(identityOf(first.pid)).toBeUndefined();
    expect(ends.map(({ message }) => message)).toEqual(['the application broke']);
    await unit.stop();
  });

  test('is started again and again, with a reason to be seen', async () => {
    using folder = temporaryFolder();
    const { unit, ends } = unitOf(folder.path, standIn(folder.path, ['ERROR: failed to create node: no such thing'], 'ends'));
    await until('some restarts', () => unit.restarts >= 3);
    expect(ends.slice(0, 3).map(({ data }) => data)).toEqual(
      Array.from({ length: 3 }, () => ({ cause: 'ERROR: failed to create node: no such thing' })),
    );
    await unit.stop();
  });

  test('whose application or engine cannot even begin tries again, and says why', async () => {
    using folder = temporaryFolder();
    const ends: string[] = [];
    let tries = 0;
    let closed = 0;
    const unit = superviseUnit({
      async startApplication() {
        if (++tries === 1) throw new Error('the socket is taken');
        return { failed: new Promise<CodedError>(() => undefined), close: async () => void closed++ };
      },
      async startEngine() {
        if (tries === 2) throw new Error('no such folder');
        return start(folder.path, standIn(folder.path, [], 'lives'));
      },
      onRunning: () => undefined,
      onEnded: ({ data }) => ends.push(String(data?.['cause'])),
      backOff,
    });
    await until('an engine', () => unit.engine);
    expect(ends).toEqual(['the socket is taken', 'no such folder']);
    // The application of the second try was not left open.
    expect({ closed, failure: unit.failure, restarts: unit.restarts }).toEqual({ closed: 1, failure: undefined, restarts: 2 });
    await unit.stop();
  });

  test('is stopped in the middle of a long pause without waiting for its end', async () => {
    const unit = superviseUnit({
      startApplication: async () => {
        throw new Error('not now');
      },
      startEngine: async () => {
        throw new Error('never');
      },
      onRunning: () => undefined,
      onEnded: () => undefined,
      backOff: { firstMs: 3_600_000, mostMs: 3_600_000, healthyMs: 60_000 },
    });
    await until('a failure', () => unit.failure);
    await unit.stop();
    expect(unit.failure).toMatchObject({ data: { cause: 'not now' } });
  });

  test('stays down when starting again would end the same way', async () => {
    using folder = temporaryFolder();
    const { unit, ends } = unitOf(folder.path, standIn(folder.path, ['panic: state.AppHash does not match AppHash after replay.'], 'ends'));
    await until('a failure', () => unit.failure);
    await unit.stop();
    expect(ends.map(({ code }) => code)).toEqual(['cometbft.diverged']);
    expect(unit).toMatchObject({ restarts: 0, failure: { code: 'cometbft.diverged' } });
  });
});

test('a log has an end: three files, the newest last', () => {
  using folder = temporaryFolder();
  mkdirSync(folder.path, { recursive: true });
  const path = join(folder.path, 'engine.log');
  const log = openLogFile(path, 100);
  for (let line = 0; line < 40; line++) log.write(`${String(line).padStart(9, '0')}\n`);
  log.close();
  const text = (file: string): string => readFileSync(file, 'utf8');
  expect(text(`${path}.2`).startsWith('000000010\n')).toBe(true);
  expect(text(`${path}.1`).endsWith('000000029\n')).toBe(true);
  expect(text(path).endsWith('000000039\n')).toBe(true);
  expect(existsSync(`${path}.3`)).toBe(false);
});
