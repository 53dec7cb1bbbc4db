/** One run of the CometBFT program: started, listened to, ended; never two on one home. */
import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { CodedError } from '../../../base/result.ts';
import { endLeftover, endProcess, identityOf, writeIdentity } from './identity.ts';
import { isBreakdown, lastWords } from './last-words.ts';
import type { LogFile } from './log-file.ts';

export interface EngineProcessOptions {
  readonly program: string;
  readonly home: string;
  readonly rpcSocket: string;
  readonly log: LogFile;
  /** Told every line that the engine prints. */
  readonly onLine?: (line: string) => void;
}

export interface EngineProcess {
  readonly pid: number;
  readonly startedAt: number;
  /** Why it ended; also resolves when its consensus has broken down while it lives on. Never rejects. */
  readonly ended: Promise<CodedError>;
  /** Resolves when it is gone. */
  stop(): Promise<void>;
}

const PID_FILE = 'cometbft.pid';
const STOP_GRACE_MS = 10_000;
const LEFTOVER_GRACE_MS = 5_000;
const KEPT_LINES = 40;

/** What was left behind by a process of ours that was killed is ended first. */
export async function startEngineProcess({ program, home, rpcSocket, log, onLine }: EngineProcessOptions): Promise<EngineProcess> {
  const pidFile = join(home, PID_FILE);
  await endLeftover(pidFile, LEFTOVER_GRACE_MS);
  rmSync(rpcSocket, { force: true });
  const startedAt = Date.now();
  const child = spawn(program, ['start', '--home', home], {
    cwd: home,
    // Ctrl-C in a terminal is for this process, which then ends the engine in its turn.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    // Settings come from the home alone, whatever CMT_… variables there are.
    env: Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(CMT|TM|CMTHOME|TMHOME)(_|$)/.test(name))),
  });
  if (child.pid !== undefined) writeIdentity(pidFile, child.pid);

  const lines: string[] = [];
  let brokeDown: (error: CodedError) => void;
  const breakdown = new Promise<CodedError>((resolve) => (brokeDown = resolve));
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream, crlfDelay: Infinity }).on('line', (line) => {
      log.write(`${line}\n`);
      lines.push(line);
      if (lines.length > KEPT_LINES) lines.shift();
      if (isBreakdown(line)) brokeDown(lastWords([line], 'its consensus broke down'));
      onLine?.(line);
    });
  }
  const exit = new Promise<CodedError>((resolve) => {
    child.once('error', (cause) => resolve(lastWords([], cause.message)));
    child.once('close', (code, signal) => resolve(lastWords(lines, signal === null ? `exit code ${code}` : signal)));
  });
  void exit.then(() => rmSync(pidFile, { force: true }));

  return {
    pid: child.pid ?? 0,
    startedAt,
    ended: Promise.race([exit, breakdown]),
    async stop() {
      const identity = child.pid === undefined || child.exitCode !== null || child.signalCode !== null ? undefined : identityOf(child.pid);
      if (identity) await endProcess(identity, STOP_GRACE_MS);
      await exit;
    },
  };
}
