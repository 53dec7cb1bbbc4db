/** `sandbox.json` in the data directory: where a running sandbox can be reached. Written when it is ready, removed when it stops. */
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { OrganisationKind } from '../contract/network.ts';

export interface RuntimeFile {
  readonly pid: number;
  readonly chainId: string;
  readonly hub: string;
  readonly organisations: readonly { readonly id: string; readonly name: string; readonly kind: OrganisationKind; readonly url: string }[];
}

const fileIn = (dataDirectory: string): string => join(dataDirectory, 'sandbox.json');

export async function writeRuntimeFile(dataDirectory: string, runtime: RuntimeFile): Promise<void> {
  const draft = `${fileIn(dataDirectory)}.new`;
  await writeFile(draft, `${JSON.stringify(runtime, null, 2)}\n`);
  await rename(draft, fileIn(dataDirectory));
}

/** Undefined when nothing runs on the data directory; a file left by a killed process counts as nothing. */
export async function readRuntimeFile(dataDirectory: string): Promise<RuntimeFile | undefined> {
  const text = await readFile(fileIn(dataDirectory), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    const runtime = JSON.parse(text) as RuntimeFile;
    process.kill(runtime.pid, 0);
    return runtime;
  } catch (cause) {
    return (cause as NodeJS.ErrnoException).code === 'EPERM' ? (JSON.parse(text) as RuntimeFile) : undefined;
  }
}

export const removeRuntimeFile = (dataDirectory: string): Promise<void> => rm(fileIn(dataDirectory), { force: true });
