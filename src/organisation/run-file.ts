/** `run.json` in a home: the process that runs the organisation. Written when it is ready, removed when it stops. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { identityOf, isAlive } from '../engine/cometbft/process/identity.ts';
import { readJson, writeJson } from './files.ts';

export interface RunFile {
  readonly pid: number;
  readonly start: string;
  readonly url: string;
}

const RUN_FILE = 'run.json';

export const writeRunFile = (home: string, url: string): Promise<void> => writeJson(join(home, RUN_FILE), { ...identityOf(process.pid)!, url });

/** Of a process that still runs. */
export async function readRunFile(home: string): Promise<RunFile | undefined> {
  const run = (await readJson(join(home, RUN_FILE)).catch(() => undefined)) as Partial<RunFile> | undefined;
  if (typeof run?.pid !== 'number' || typeof run.start !== 'string' || typeof run.url !== 'string') return undefined;
  return isAlive({ pid: run.pid, start: run.start }) ? { pid: run.pid, start: run.start, url: run.url } : undefined;
}

export const removeRunFile = (home: string): Promise<void> => rm(join(home, RUN_FILE), { force: true });
