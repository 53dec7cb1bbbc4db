/** `run.json` in a home: the process that runs the organisation. Written when it is ready, removed when it stops. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { identityOf, isAlive } from '../engine/cometbft/process/identity.ts';
import { readJson, writeJson } from './files.ts';

export interface RunFile {
  readonly pid: number;
  readonly start: string;
  /** Under which others reach the node. */
  readonly url: string;
  /** For programs on this machine. */
  readonly localUrl: string;
}

const RUN_FILE = 'run.json';

export const writeRunFile = (home: string, url: string, localUrl: string): Promise<void> =>
  writeJson(join(home, RUN_FILE), { ...identityOf(process.pid)!, url, localUrl });

/** Of a process that still runs. */
export async function readRunFile(home: string): Promise<RunFile | undefined> {
  const run = (await readJson(join(home, RUN_FILE)).catch(() => undefined)) as Partial<RunFile> | undefined;
  if (typeof run?.pid !== 'number' || typeof run.start !== 'string' || typeof run.url !== 'string' || typeof run.localUrl !== 'string')
    return undefined;
  const { pid, start, url, localUrl } = run;
  return isAlive({ pid, start }) ? { pid, start, url, localUrl } : undefined;
}

export const removeRunFile = (home: string): Promise<void> => rm(join(home, RUN_FILE), { force: true });
